package io.turnmill.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.prompt.jinja.TemplateRefused;
import io.turnmill.testing.Goldens;
import io.turnmill.testing.SharedData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Published conversations, rendered elsewhere with jinja2 and published templates. */
@SharedData.Needed
class RealSessionsTest {
  /** The day on which the reference was made; some of the templates print it. */
  private static final Clock DAY =
      Clock.fixed(Instant.parse("2025-07-10T12:00:00Z"), ZoneOffset.UTC);

  @Test
  void realSessionsRenderAsTheReferenceDoes() throws IOException {
    List<Map<String, Object>> goldens =
        Goldens.lines(SharedData.path("reference/chat_template_renderings.jsonl.gz"));
    // Of one tokenizer there are renderings alone.
    goldens.removeIf(golden -> !Files.exists(template((String) golden.get("template"))));
    Map<String, List<?>> sessions = sessions(goldens);
    Map<String, String> sources = new HashMap<>();
    for (Map<String, Object> golden : goldens) {
      String source =
          sources.computeIfAbsent((String) golden.get("template"), RealSessionsTest::source);
      List<?> messages =
          sessions
              .get((String) golden.get("session_id"))
              .subList(0, ((Number) golden.get("messages")).intValue());
      assertThat(render(source, golden, messages).equals(golden.get("rendered")))
          .as("%s × %s", golden.get("template"), golden.get("session_id"))
          .isEqualTo(golden.containsKey("rendered"));
    }
    assertThat(goldens).hasSize(666);
  }

  /** Or the empty string where the template refuses. */
  private static String render(String source, Map<String, Object> golden, List<?> messages) {
    Map<String, Object> tokens =
        Map.of("bos_token", golden.get("bos_token"), "eos_token", golden.get("eos_token"));
    boolean prompt = Boolean.TRUE.equals(golden.get("add_generation_prompt"));
    try {
      return ChatTemplate.parse(source, SpecialTokens.NONE)
          .renderJson(messages, null, prompt, tokens, DAY)
          .text();
    } catch (TemplateRefused e) {
      assertThat(golden).containsKey("error");
      return "";
    }
  }

  /** The file that holds a template, alone or among the settings of a tokenizer. */
  private static Path template(String name) {
    return SharedData.path(name.replace("#chat_template", ""));
  }

  private static String source(String name) {
    try {
      return name.endsWith(".jinja")
          ? Files.readString(template(name))
          : ChatTemplates.find(template(name).getParent()).choose(Optional.empty(), false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, List<?>> sessions(List<Map<String, Object>> goldens)
      throws IOException {
    Set<Object> wanted = new HashSet<>();
    goldens.forEach(golden -> wanted.add(golden.get("session_id")));
    Map<String, List<?>> sessions = new HashMap<>();
    try (Stream<Path> files = Files.list(SharedData.path("conversations_train/sessions"))) {
      for (Path file : files.toList()) {
        for (Map<String, Object> session : Goldens.lines(file)) {
          if (wanted.contains(session.get("session_id"))) {
            sessions.put((String) session.get("session_id"), (List<?>) session.get("messages"));
          }
        }
      }
    }
    return sessions;
  }
}

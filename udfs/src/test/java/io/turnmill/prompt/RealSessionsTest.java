package io.turnmill.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Real conversations, rendered elsewhere with jinja2. */
class RealSessionsTest {
  /** The day on which the reference was made; one of the templates prints it. */
  private static final Clock DAY =
      Clock.fixed(Instant.parse("2025-07-10T12:00:00Z"), ZoneOffset.UTC);

  @Test
  void realSessionsRenderAsTheReferenceDoes() {
    List<Map<String, Object>> goldens = Goldens.lines("sessions.jsonl.gz");
    for (Map<String, Object> golden : goldens) {
      Map<String, Object> tokens =
          Map.of("bos_token", golden.get("bos_token"), "eos_token", golden.get("eos_token"));
      boolean prompt = Boolean.TRUE.equals(golden.get("add_generation_prompt"));
      String text =
          ChatTemplate.parse(
                  Goldens.text("templates/" + golden.get("template")), SpecialTokens.NONE)
              .renderJson(golden.get("messages"), null, prompt, tokens, DAY)
              .text();
      assertThat(text.equals(golden.get("rendered")))
          .as("%s × %s", golden.get("template"), golden.get("session_id"))
          .isTrue();
    }
    assertThat(goldens).hasSizeGreaterThan(50);
  }
}

package io.turnmill.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.prompt.jinja.Rendered;
import io.turnmill.session.Message;
import io.turnmill.session.Role;
import io.turnmill.testing.Goldens;
import io.turnmill.token.hf.HuggingFaceFileTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Special tokens at random places, and spelt in messages, against the Python library. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PieceGoldens {
  /** Text of the template or of a message. */
  private record Piece(boolean message, String text) {}

  private final List<Map<String, Object>> cases;

  @TempDir Path folder;

  PieceGoldens(Path file) {
    cases = Goldens.lines(file);
  }

  abstract Path tokenizer(String name, Path folder) throws IOException;

  List<String> names() {
    return cases.stream().map(golden -> (String) golden.get("tokenizer")).distinct().toList();
  }

  @ParameterizedTest
  @MethodSource("names")
  void onlyTheSpecialTokensOfTheTemplateAreTokens(String name) throws IOException {
    int spelt = 0;
    try (HuggingFaceFileTokenizer tokenizer =
        HuggingFaceFileTokenizer.load(tokenizer(name, folder))) {
      PromptEncoder encoder = new PromptEncoder(tokenizer, false);
      for (Map<String, Object> golden : cases) {
        if (golden.get("tokenizer").equals(name)) {
          assertThat(encoder.encode(rendered(golden)).toArray())
              .as("%s", golden.get("pieces"))
              .isEqualTo(ids(golden));
          spelt += golden.get("spelt").equals(true) ? 1 : 0;
        }
      }
    }
    assertThat(spelt).isGreaterThan(20);
  }

  private static int[] ids(Map<String, Object> golden) {
    return ((List<?>) golden.get("ids"))
        .stream().mapToInt(id -> ((Number) id).intValue()).toArray();
  }

  /** As a template renders it that has the pieces of its own as literals. */
  private static Rendered rendered(Map<String, Object> golden) {
    List<Message> messages = new ArrayList<>();
    StringBuilder template = new StringBuilder();
    for (Object json : (List<?>) golden.get("pieces")) {
      List<?> pair = (List<?>) json;
      Piece piece = new Piece(((Number) pair.get(0)).intValue() == 1, (String) pair.get(1));
      if (piece.message()) {
        template.append("{{ messages[%s].content }}".formatted(messages.size()));
        messages.add(Prompts.message(messages.size(), Role.USER, piece.text()));
      } else {
        template.append("{{ \"%s\" }}".formatted(piece.text().replace("\n", "\\n")));
      }
    }
    return ChatTemplate.parse(template.toString(), SpecialTokens.NONE)
        .render(messages, false, Map.of(), Clock.systemUTC());
  }
}

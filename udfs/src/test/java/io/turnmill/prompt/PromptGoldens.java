package io.turnmill.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.session.Message;
import io.turnmill.session.Role;
import io.turnmill.testing.Goldens;
import io.turnmill.token.AddedToken;
import io.turnmill.token.TokenIds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole prompts against {@code apply_chat_template} of transformers, and hostile ones. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PromptGoldens {
  private record Case(String name, List<Message> messages, Map<String, Object> ids) {}

  private final List<String> names;
  private final List<Case> cases = new ArrayList<>();
  private Prompts prompts;

  /**
   * @param file conversations with the ids of their prompts
   * @param names of the tokenizers
   */
  PromptGoldens(Path file, List<String> names) {
    this.names = names;
    for (Map<String, Object> row : Goldens.lines(file)) {
      List<Message> messages = new ArrayList<>();
      for (Object json : (List<?>) row.get("messages")) {
        Map<String, Object> message = Goldens.map(json);
        Role role = Role.valueOf(((String) message.get("role")).toUpperCase(Locale.ROOT));
        messages.add(Prompts.message(messages.size(), role, (String) message.get("content")));
      }
      cases.add(new Case((String) row.get("name"), messages, Goldens.map(row.get("ids"))));
    }
    assertThat(cases).hasSizeGreaterThan(60);
  }

  @BeforeAll
  void load(@TempDir Path parent) {
    prompts = new Prompts(names, parent);
  }

  @AfterAll
  void close() {
    prompts.close();
  }

  List<String> names() {
    return names;
  }

  @ParameterizedTest
  @MethodSource("names")
  void promptsHaveTheIdsThatTransformersGives(String name) {
    PromptBuilder builder = prompts.builder(name);
    for (Case golden : cases) {
      int[] expected =
          ((List<?>) golden.ids().get(name))
              .stream().mapToInt(id -> ((Number) id).intValue()).toArray();
      assertThat(Prompts.ids(builder, golden.messages()).toArray())
          .as(golden.name())
          .isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void textThatSpellsASpecialTokenStaysText(String name) {
    PromptBuilder builder = prompts.builder(name);
    List<Message> harmless =
        List.of(
            Prompts.message(0, Role.USER, "a"),
            Prompts.message(1, Role.ASSISTANT, "b"),
            Prompts.message(2, Role.USER, "c"));
    Map<Integer, Long> structure = prompts.countAdded(name, Prompts.ids(builder, harmless));
    for (AddedToken token : special(name)) {
      String hostile = "x " + token.content() + token.content() + "\n" + token.content();
      List<Message> messages =
          List.of(
              Prompts.message(0, Role.USER, hostile),
              Prompts.message(1, Role.ASSISTANT, "b " + token.content()),
              Prompts.message(2, Role.USER, token.content()));
      TokenIds ids = Prompts.ids(builder, messages);
      assertThat(prompts.countAdded(name, ids)).as(token.content()).isEqualTo(structure);
      assertThat(prompts.tokenizer(name).decode(ids)).contains(hostile);
    }
  }

  private List<AddedToken> special(String name) {
    return prompts.tokenizer(name).addedTokens().stream().filter(AddedToken::special).toList();
  }
}

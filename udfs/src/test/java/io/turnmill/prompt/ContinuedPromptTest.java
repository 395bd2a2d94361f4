package io.turnmill.prompt;

import static io.turnmill.prompt.Prompts.ROOM;
import static io.turnmill.prompt.Prompts.message;
import static io.turnmill.prompt.Prompts.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.turnmill.prompt.jinja.Rendered;
import io.turnmill.session.Message;
import io.turnmill.session.RejectionCode;
import io.turnmill.session.Role;
import io.turnmill.testing.Goldens;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A session that ends with a message of the assistant is continued as transformers does it. */
class ContinuedPromptTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/prompt/continued.jsonl.gz");

  private static Prompts prompts;

  @BeforeAll
  static void load(@TempDir Path parent) {
    prompts =
        new Prompts(
            List.of("byte-level", "byte-level-begun", "sentence-pieces", "sentence-pieces-first"),
            parent);
  }

  @AfterAll
  static void close() {
    prompts.close();
  }

  private static PromptBuilder continuing(String name) {
    PromptFrame frame = new PromptFrame(Optional.empty(), List.of(), true);
    return prompts.builder(
        name, new PromptOptions(Optional.empty(), Map.of(), false, false, ROOM, ROOM, frame));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"byte-level", "byte-level-begun", "sentence-pieces", "sentence-pieces-first"})
  void promptsHaveTheIdsThatTransformersGives(String name) {
    PromptBuilder builder = continuing(name);
    List<Map<String, Object>> rows = Goldens.lines(GOLDEN);
    assertThat(rows).hasSizeGreaterThan(60);
    for (Map<String, Object> row : rows) {
      List<Message> messages = new ArrayList<>();
      for (Object json : (List<?>) row.get("messages")) {
        Map<String, Object> one = Goldens.map(json);
        Role role = Role.valueOf(((String) one.get("role")).toUpperCase(Locale.ROOT));
        messages.add(message(messages.size(), role, (String) one.get("content")));
      }
      List<?> expected = (List<?>) Goldens.map(row.get("ids")).get(name);
      PromptResult made = builder.forLastUserTurn(session(messages));
      assertThat(made).as("%s", row.get("name")).isInstanceOf(PromptResult.Ready.class);
      assertThat(((PromptResult.Ready) made).prompt().ids().toArray())
          .as("%s", row.get("name"))
          .isEqualTo(expected.stream().mapToInt(id -> ((Number) id).intValue()).toArray());
    }
  }

  @Test
  void aSessionThatEndsWithItsUserIsAnsweredAsEver() {
    List<Message> messages = List.of(message(0, Role.USER, "a"));
    assertThat(Prompts.ids(continuing("byte-level"), messages))
        .isEqualTo(Prompts.ids(prompts.builder("byte-level"), messages));
  }

  @Test
  void theMessageThatIsContinuedIsKnownWithThePrompt() {
    List<Message> messages =
        List.of(message(0, Role.USER, "a"), message(1, Role.ASSISTANT, "<think>b"));
    PromptResult made = continuing("byte-level").forLastUserTurn(session(messages));
    Prompt prompt = ((PromptResult.Ready) made).prompt();
    assertThat(prompt.continued()).contains(messages.get(1));
    assertThat(prompt.userTurn()).isZero();
  }

  private static Rendered marked(ChatTemplate template, String content) {
    List<Message> messages = ContinuedMessage.marked(List.of(message(0, Role.ASSISTANT, content)));
    return template.render(messages, false, Map.of(), Clock.systemUTC());
  }

  @Test
  void whatTheTemplateDoesNotShowCannotBeContinued() {
    ChatTemplate shouting =
        ChatTemplate.parse(
            "{% for m in messages %}{{ m.content | upper }};{% endfor %}", SpecialTokens.NONE);
    Rendered text = marked(shouting, "secret");
    PromptRefusal refusal =
        assertThrows(PromptRefusal.class, () -> ContinuedMessage.cut(text, "secret"));
    assertThat(refusal.result().code()).isEqualTo(RejectionCode.TEMPLATE_ERROR);
    assertThat(refusal.result().detail())
        .contains("prompt.continue_final_message")
        .doesNotContain("secret");
  }

  @Test
  void textThatIsContinuedIsStillKnownToComeFromTheSession() {
    ChatTemplate plain = ChatTemplate.parse("[{{ messages[0].content }}]", SpecialTokens.NONE);
    Rendered whole = marked(plain, "abc ");
    Rendered cut = ContinuedMessage.cut(whole, "abc ");
    assertThat(cut.text()).isEqualTo("[abc ");
    assertThat(cut.isInput(0, 1)).isFalse();
    assertThat(cut.isInput(1, 5)).isTrue();
  }
}

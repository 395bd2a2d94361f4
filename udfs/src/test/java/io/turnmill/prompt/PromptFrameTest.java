package io.turnmill.prompt;

import static io.turnmill.prompt.Prompts.ROOM;
import static io.turnmill.prompt.Prompts.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.prompt.jinja.TemplateException;
import io.turnmill.session.Message;
import io.turnmill.session.RejectionCode;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import io.turnmill.session.SessionKey;
import io.turnmill.token.TokenIds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Templates that make one message of a session, and examples before a conversation. */
class PromptFrameTest {
  private static final String CHAT = "byte-level";

  private static final List<Message> EXAMPLES =
      List.of(message(0, Role.USER, "one"), message(0, Role.ASSISTANT, "two"));

  private static final List<Message> MESSAGES =
      List.of(
          message(0, Role.SYSTEM, "Be brief."),
          message(1, Role.USER, "Where?"),
          message(2, Role.ASSISTANT, "There."),
          message(3, Role.USER, "When?"),
          message(4, Role.ASSISTANT, "Then."));

  private static Prompts prompts;

  @BeforeAll
  static void load(@TempDir Path parent) {
    prompts = new Prompts(List.of(CHAT), parent);
  }

  @AfterAll
  static void close() {
    prompts.close();
  }

  private static PromptBuilder builder(PromptFrame frame, String systemPrompt, int room) {
    return prompts.builder(
        CHAT,
        new PromptOptions(
            Optional.of(systemPrompt).filter(text -> !text.isEmpty()),
            Map.of(),
            false,
            true,
            ROOM,
            room,
            frame));
  }

  private static PromptFrame template(String template) {
    return new PromptFrame(Optional.of(MessageTemplate.parse(template)), List.of(), false);
  }

  private static Session session(List<Message> messages) {
    return new Session(
        new SessionKey(Optional.of("shop"), "s-7"),
        messages,
        Map.of("channel", "mail", "urgent", "yes"));
  }

  private static TokenIds ids(PromptResult made) {
    assertThat(made).isInstanceOf(PromptResult.Ready.class);
    return ((PromptResult.Ready) made).prompt().ids();
  }

  /** The prompt of one message by the user, without any frame. */
  private static TokenIds asked(String content) {
    return Prompts.ids(prompts.builder(CHAT), List.of(message(0, Role.USER, content)));
  }

  @Test
  void aTemplateMakesOneMessageOfTheWholeSession() {
    PromptBuilder builder =
        builder(
            template(
                "{{ tenant }}/{{ session_id }} {{ fields.channel }} {{ carried.urgent }} turn"
                    + " {{ turn }} of {{ messages | length }} ({{ messages[2].role }}"
                    + " {{ messages[2].turn }}):\n{{ transcript }}"),
            "",
            ROOM);

    assertThat(ids(builder.forLastUserTurn(session(MESSAGES))))
        .isEqualTo(
            asked(
                "shop/s-7 mail yes turn 3 of 5 (assistant 2):\nsystem: Be brief.\nuser: Where?\n"
                    + "assistant: There.\nuser: When?\nassistant: Then."));
  }

  @Test
  void forOneTurnOfManyItSeesNothingAfterTheTurn() {
    PromptBuilder builder = builder(template("{{ transcript }}"), "", ROOM);
    assertThat(ids(builder.forTurn(session(MESSAGES), 1)))
        .isEqualTo(asked("system: Be brief.\nuser: Where?"));
  }

  @Test
  void fieldsComeInTheOrderOfTheirNamesAndAMissingTenantIsNone() {
    PromptBuilder builder =
        builder(
            template(
                "{{ tenant is none }}{% for k, v in fields.items() %} {{ k }}={{ v }}{% endfor %}"),
            "",
            ROOM);
    Session session =
        new Session(
            new SessionKey(Optional.empty(), "s"),
            MESSAGES,
            Map.of("c", "3", "a", "1", "b", "2", "d", "4"));
    assertThat(ids(builder.forLastUserTurn(session))).isEqualTo(asked("True a=1 b=2 c=3 d=4"));
  }

  @Test
  void theSystemPromptAndExamplesStandBeforeTheMessage() {
    PromptFrame frame =
        new PromptFrame(Optional.of(MessageTemplate.parse("{{ turn }}")), EXAMPLES, false);
    TokenIds expected =
        Prompts.ids(
            prompts.builder(CHAT),
            List.of(
                message(0, Role.SYSTEM, "Judge."),
                EXAMPLES.get(0),
                EXAMPLES.get(1),
                message(0, Role.USER, "3")));
    assertThat(ids(builder(frame, "Judge.", ROOM).forLastUserTurn(session(MESSAGES))))
        .isEqualTo(expected);
  }

  /** Neither the session's text nor the template of the settings can write a special token. */
  @Test
  void whatTheTemplateWritesIsText() {
    PromptBuilder builder = builder(template("<|im_end|>{{ messages[0].content }}"), "", ROOM);
    TokenIds ids =
        ids(builder.forLastUserTurn(session(List.of(message(0, Role.USER, "<|im_start|>x")))));
    assertThat(prompts.countAdded(CHAT, ids)).isEqualTo(prompts.countAdded(CHAT, asked("a")));
    assertThat(prompts.tokenizer(CHAT).decode(ids)).contains("<|im_end|><|im_start|>x");
  }

  @Test
  void aTemplateThatFailsForASessionRejectsThatSessionWithItsPlace() {
    PromptBuilder builder = builder(template("{{ fields.order.number }}"), "", ROOM);
    PromptResult made = builder.forLastUserTurn(session(MESSAGES));
    assertThat(made)
        .isInstanceOfSatisfying(
            PromptResult.Refused.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(RejectionCode.TEMPLATE_ERROR);
              assertThat(refused.detail()).startsWith("prompt.message: ").contains("line 1");
            });
  }

  @Test
  void aTemplateCanRefuseASessionAndOneThatWritesNothingAsksNothing() {
    PromptResult refused =
        builder(template("{{ raise_exception('no ' ~ messages[1].content) }}"), "", ROOM)
            .forLastUserTurn(session(MESSAGES));
    assertThat(((PromptResult.Refused) refused).code()).isEqualTo(RejectionCode.TEMPLATE_REFUSED);
    assertThat(((PromptResult.Refused) refused).detail()).doesNotContain("Where");

    PromptResult empty =
        builder(template("{% if false %}x{% endif %} "), "", ROOM)
            .forLastUserTurn(session(MESSAGES));
    assertThat(((PromptResult.Refused) empty).detail())
        .isEqualTo("prompt.message: the template wrote nothing");
  }

  @Test
  void aBrokenTemplateIsRefusedWhenItIsRead() {
    assertThatThrownBy(() -> MessageTemplate.parse("a\n{{ b"))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("line 2");
  }

  @Test
  void examplesStandAfterTheSystemMessagesAndBeforeTheConversation() {
    PromptBuilder builder = builder(new PromptFrame(Optional.empty(), EXAMPLES, false), "", ROOM);
    List<Message> all = new ArrayList<>(MESSAGES.subList(0, 4));
    all.addAll(1, EXAMPLES);
    assertThat(ids(builder.forLastUserTurn(session(MESSAGES))))
        .isEqualTo(Prompts.ids(prompts.builder(CHAT), all));
  }

  @Test
  void systemMessagesAndExamplesStayWhereTheConversationIsCut() {
    List<Message> messages = new ArrayList<>();
    messages.add(message(0, Role.SYSTEM, "Be brief."));
    for (int i = 1; i < 40; i++) {
      messages.add(message(i, i % 2 == 1 ? Role.USER : Role.ASSISTANT, "word ".repeat(20) + i));
    }
    PromptFrame frame = new PromptFrame(Optional.empty(), EXAMPLES, false);
    PromptResult made = builder(frame, "", 300).forLastUserTurn(session(messages));
    Prompt prompt = ((PromptResult.Ready) made).prompt();
    assertThat(prompt.ids().size()).isLessThanOrEqualTo(300);
    assertThat(prompt.droppedMessages()).isPositive();
    List<Message> kept = new ArrayList<>();
    kept.add(messages.get(0));
    kept.addAll(EXAMPLES);
    kept.addAll(messages.subList(1 + prompt.droppedMessages(), messages.size()));
    assertThat(Prompts.ids(prompts.builder(CHAT), kept)).isEqualTo(prompt.ids());
  }

  @Test
  void aTemplateSeesFewerMessagesWhereThePromptIsCut() {
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < 41; i++) {
      messages.add(message(i, i % 2 == 0 ? Role.USER : Role.ASSISTANT, "word ".repeat(20) + i));
    }
    PromptResult made =
        builder(template("{{ transcript }}"), "", 300).forLastUserTurn(session(messages));
    Prompt prompt = ((PromptResult.Ready) made).prompt();
    StringBuilder kept = new StringBuilder();
    for (Message one : messages.subList(prompt.droppedMessages(), messages.size())) {
      kept.append(kept.isEmpty() ? "" : "\n").append(one.role().wireName());
      kept.append(": ").append(one.content());
    }
    assertThat(prompt.droppedMessages()).isPositive();
    assertThat(asked(kept.toString())).isEqualTo(prompt.ids());
  }
}

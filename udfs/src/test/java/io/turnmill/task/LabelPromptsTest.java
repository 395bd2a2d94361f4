package io.turnmill.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.chunk.Chunk;
import io.turnmill.document.Span;
import io.turnmill.prompt.ClosedReasoning;
import io.turnmill.prompt.MessageTemplate;
import io.turnmill.prompt.Prompt;
import io.turnmill.prompt.PromptFrame;
import io.turnmill.session.Message;
import io.turnmill.session.RejectionCode;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import io.turnmill.session.SessionKey;
import io.turnmill.session.Transcript;
import io.turnmill.task.TaskOptions.Choice;
import io.turnmill.task.TaskOptions.Classify;
import io.turnmill.task.TaskOptions.TooLong;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How a decoder is asked for labels, and what is left out of a session that is too long. */
class LabelPromptsTest {
  private static final String TEMPLATE =
      "{% for message in messages %}<{{ message.role }}>{{ message.content }}{% endfor %}"
          + "{% if add_generation_prompt %}<assistant>{% endif %}";

  private final Letters letters = new Letters();

  private static Classify classify(boolean multiLabel, List<String> labels) {
    return new Classify(
        Unit.SESSION,
        labels,
        Map.of(),
        "",
        "",
        "",
        new Choice(multiLabel, 0.5, 0, 0),
        TooLong.CHUNK);
  }

  private LabelPrompts prompts(Classify options, int room) {
    return prompts(options, TEMPLATE, room, PromptFrame.NONE);
  }

  private LabelPrompts prompts(Classify options, String template, int room, PromptFrame frame) {
    return new LabelPrompts(
        new LabelQuestion(options),
        letters.prompts(template, true, room, frame),
        true,
        Optional.empty());
  }

  /** A system message, then messages by user and assistant in turn. */
  private static Session session(int messages) {
    List<Message> all = new ArrayList<>(List.of(Message.of(0, Role.SYSTEM, "Be kind.")));
    IntStream.range(1, messages)
        .mapToObj(
            turn ->
                Message.of(
                    turn,
                    turn % 2 == 1 ? Role.USER : Role.ASSISTANT,
                    "what turn " + turn + " says"))
        .forEach(all::add);
    return new Session(new SessionKey(Optional.empty(), "s"), all, Map.of());
  }

  private List<String> texts(LabelPrompts prompts, Session session) {
    return prompts.about(session, OptionalInt.empty()).stream()
        .map(prompt -> letters.decode(prompt.ids()))
        .toList();
  }

  @Test
  void aChunkIsShownAsTheTextThatItIs() {
    Chunk chunk = new Chunk(0, new Span(0, 4), 0, 1, 0, 0, List.of());
    Session session =
        ChunkSession.of(new SessionKey(Optional.empty(), "d"), chunk, "Term", Map.of());
    assertThat(texts(prompts(classify(false, List.of("a", "b")), 1000), session))
        .containsExactly(
            """
            <user>Which of these labels fits the text below best?

            Possible answers:
            - a
            - b

            Text:
            Term

            Give one of the possible answers and nothing else.<assistant>""");
  }

  @Test
  void aSessionThatFitsIsShownAsItIs() {
    List<String> texts = texts(prompts(classify(false, List.of("a", "b")), 1000), session(4));
    assertThat(texts)
        .containsExactly(
            """
            <user>Which of these labels fits the conversation below best?

            Possible answers:
            - a
            - b

            Conversation:
            system: Be kind.
            user: what turn 1 says
            assistant: what turn 2 says
            user: what turn 3 says

            Give one of the possible answers and nothing else.<assistant>""");
  }

  @Test
  void whatIsLeftOutIsMeasuredWithTheLongestLabelAndSystemMessagesAndTheLastTurnStay() {
    Classify options = classify(true, List.of("a", "a label of many words", "bb"));
    Session session = session(40);
    for (int room = 260; room < 340; room++) {
      List<Prompt> made = prompts(options, room).about(session, OptionalInt.empty());
      assertThat(made).hasSize(3);
      int dropped = made.get(0).droppedMessages();
      assertThat(dropped).as("room %s", room).isBetween(1, 38);
      String first = Transcript.of(session.messages().subList(dropped + 1, dropped + 2));
      for (Prompt prompt : made) {
        assertThat(prompt.ids().size()).isLessThanOrEqualTo(room);
        assertThat(prompt.droppedMessages()).isEqualTo(dropped);
        assertThat(letters.decode(prompt.ids()))
            .contains("system: Be kind.\n" + first)
            .contains("what turn 39 says")
            .doesNotContain(": what turn " + dropped + " says");
      }
      int longest = made.get(1).ids().size();
      int next = 1 + Transcript.of(session.messages().subList(dropped, dropped + 1)).length();
      assertThat(longest + next).as("no more is left out than has to be").isGreaterThan(room);
    }
  }

  @Test
  void aSessionWhoseLastTurnHasNoRoomIsRefused() {
    LabelPrompts prompts = prompts(classify(true, List.of("a", "a label of many words")), 170);
    Session session = session(10);
    assertThatThrownBy(() -> prompts.about(session, OptionalInt.empty()))
        .isInstanceOfSatisfying(
            Question.Refused.class,
            refused ->
                assertThat(refused.result())
                    .isInstanceOfSatisfying(
                        TaskResult.Rejected.class,
                        rejected ->
                            assertThat(rejected.code()).isEqualTo(RejectionCode.PROMPT_TOO_LONG)));
  }

  @Test
  void aReasoningThatTheTemplateOpensIsClosedBeforeTheLabels() {
    PromptFrame closing =
        new PromptFrame(
            Optional.empty(),
            List.of(),
            false,
            Optional.of(new ClosedReasoning("<think>", "</think>")));
    Classify options = classify(false, List.of("a", "b"));

    String opened = TEMPLATE.replace("<assistant>", "<assistant><think>\n");
    assertThat(texts(prompts(options, opened, 1000, closing), session(4)))
        .allSatisfy(text -> assertThat(text).endsWith("<assistant><think>\n\n</think>\n\n"));
    String noSpace = TEMPLATE.replace("<assistant>", "<assistant><think>");
    assertThat(texts(prompts(options, noSpace, 1000, closing), session(4)))
        .allSatisfy(text -> assertThat(text).endsWith("<assistant><think></think>"));
    assertThat(texts(prompts(options, TEMPLATE, 1000, closing), session(4)))
        .allSatisfy(text -> assertThat(text).endsWith("else.<assistant>"));
  }

  @Test
  void aMarkInAMessageOpensNothing() {
    PromptFrame closing =
        new PromptFrame(
            Optional.empty(),
            List.of(),
            false,
            Optional.of(new ClosedReasoning("else.", "</think>")));
    String bare = "{% for message in messages %}{{ message.content }}{% endfor %}";
    assertThat(texts(prompts(classify(false, List.of("a", "b")), bare, 1000, closing), session(4)))
        .allSatisfy(text -> assertThat(text).endsWith("and nothing else."));
  }

  private LabelPrompts ofTemplate(String template, int room) {
    MessageTemplate parsed = MessageTemplate.parse(template);
    return new LabelPrompts(
        new LabelQuestion(classify(false, List.of("a", "b"))),
        letters.prompts(TEMPLATE, true, room, PromptFrame.NONE),
        true,
        Optional.of(
            (session, shown, turn) -> parsed.render(session, shown, turn, Clock.systemUTC())));
  }

  private String only(LabelPrompts prompts, Session session, OptionalInt turn) {
    List<Prompt> made = prompts.about(session, turn);
    assertThat(made).hasSize(1);
    return letters.decode(made.get(0).ids());
  }

  @Test
  void aTemplateOfTheSettingsMakesTheTextThatIsAskedAbout() {
    Session plain = session(6);
    Session session = new Session(plain.key(), plain.messages(), Map.of("channel", "mail"));
    LabelPrompts prompts =
        ofTemplate("{{ fields.channel }}, turn {{ turn }} of {{ messages | length }}", 1000);
    String before = "<user>Which of these labels fits the text below best?\n\n";
    String after = "\n\nGive one of the possible answers and nothing else.<assistant>";

    assertThat(only(prompts, session, OptionalInt.empty()))
        .isEqualTo(before + "Possible answers:\n- a\n- b\n\nText:\nmail, turn 5 of 6" + after);
    assertThat(only(prompts, session, OptionalInt.of(2)))
        .as("it sees nothing after the turn")
        .isEqualTo(before + "Possible answers:\n- a\n- b\n\nText:\nmail, turn 2 of 3" + after);
  }

  @Test
  void aTemplateSeesFewerMessagesOfASessionThatIsTooLong() {
    LabelPrompts prompts = ofTemplate("{{ transcript }}", 300);
    Session session = session(40);
    Prompt made = prompts.about(session, OptionalInt.empty()).get(0);
    assertThat(made.droppedMessages()).isBetween(1, 38);
    assertThat(letters.decode(made.ids()))
        .contains("Text:\nsystem: Be kind.\n")
        .contains("what turn 39 says")
        .contains("what turn " + (made.droppedMessages() + 1) + " says")
        .doesNotContain("what turn " + made.droppedMessages() + " says");
  }

  @Test
  void aTemplateThatWritesNothingForASessionRefusesIt() {
    LabelPrompts prompts = ofTemplate("{{ fields.missing }}", 1000);
    assertThatThrownBy(() -> prompts.about(session(4), OptionalInt.empty()))
        .isInstanceOfSatisfying(
            Question.Refused.class,
            refused ->
                assertThat(refused.result())
                    .isInstanceOfSatisfying(
                        TaskResult.Rejected.class,
                        rejected ->
                            assertThat(rejected.code()).isEqualTo(RejectionCode.TEMPLATE_ERROR)));
  }
}

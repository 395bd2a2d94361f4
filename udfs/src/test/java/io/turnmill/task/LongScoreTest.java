package io.turnmill.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.inference.Request;
import io.turnmill.prompt.PromptFrame;
import io.turnmill.session.Message;
import io.turnmill.session.RejectionCode;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import io.turnmill.session.SessionKey;
import io.turnmill.task.TaskOptions.Choice;
import io.turnmill.task.TaskOptions.Classify;
import io.turnmill.task.TaskOptions.TooLong;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Sessions of which far more is to be asked than the thread of a feed makes in one go. */
class LongScoreTest {
  private static final int TURNS = 2_000;
  private static final String TEMPLATE =
      "{% for message in messages %}<{{ message.role }}>{{ message.content }}{% endfor %}"
          + "{% if add_generation_prompt %}<assistant>{% endif %}";

  private final Letters letters = new Letters();

  private static Session session(int turns, String text) {
    List<Message> messages =
        IntStream.range(0, turns)
            .mapToObj(turn -> Message.of(turn, turn % 2 == 0 ? Role.USER : Role.ASSISTANT, text))
            .toList();
    return new Session(new SessionKey(Optional.empty(), "long"), messages, Map.of());
  }

  private Task<Session, Answers<TurnScore>> score(int room) {
    return ScoreQuestions.task(
        new TaskOptions.Score(List.of(), false),
        letters.prompts(TEMPLATE, false, room, PromptFrame.NONE),
        Set.of());
  }

  @Test
  void aCallShowsABoundedAmountOfTextAndYields() {
    String text = "x".repeat(25);
    ItemWork<String, Answers<TurnScore>> work = score(24).begin("row", row -> session(TURNS, text));
    long longest = 2L * TURNS * (text.length() + "<assistant>".length());
    int calls = 0;
    while (!work.done()) {
      long before = letters.made();
      assertThat(work.next()).isEmpty();
      assertThat(letters.made() - before).isLessThan(AtOnce.LIMIT_CHARS + longest);
      assertThat(work.hasYielded()).isEqualTo(!work.done());
      calls++;
    }

    assertThat(calls).isGreaterThan(10);
    assertThat(work.result())
        .isInstanceOfSatisfying(
            TaskResult.Rejected.class,
            rejected -> assertThat(rejected.code()).isEqualTo(RejectionCode.PROMPT_TOO_LONG));
  }

  @Test
  void turnsThatFitAreAskedAFewAtATime() {
    ItemWork<String, Answers<TurnScore>> work =
        score(1 << 20).begin("row", row -> session(TURNS, "x"));
    List<Request> first = work.next();
    assertThat(first).isNotEmpty().hasSizeLessThanOrEqualTo(AtOnce.MOST_UNDER_WAY);
  }

  @Test
  void aQuestionWithManyLabelsCountsOnceForEachOfThem() {
    List<String> labels = IntStream.range(0, 20).mapToObj(label -> "label " + label).toList();
    Classify classify =
        new Classify(
            Unit.TURN, labels, Map.of(), "", "", "", new Choice(true, 0.5, 0, 0), TooLong.CHUNK);
    Task<Session, Answers<Classification>> task =
        DecoderLabels.task(
            classify,
            new DecoderLabels.Asking(
                left -> letters.prompts(TEMPLATE, false, 1 << 20, PromptFrame.NONE),
                false,
                Optional.empty()),
            letters,
            OptionalInt.empty());
    ItemWork<String, Answers<Classification>> work = task.begin("row", row -> session(TURNS, "x"));

    assertThat(work.next()).as("of two turns").hasSize(40);
    assertThat(work.next()).isEmpty();
    assertThat(work.hasYielded()).isFalse();
  }
}

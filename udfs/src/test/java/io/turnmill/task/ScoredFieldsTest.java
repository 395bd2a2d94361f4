package io.turnmill.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.inference.Outcome.Scores;
import io.turnmill.inference.Request;
import io.turnmill.inference.Score;
import io.turnmill.prompt.PromptFrame;
import io.turnmill.session.Message;
import io.turnmill.session.RejectionCode;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import io.turnmill.session.SessionKey;
import io.turnmill.task.Replies.Unanswered;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Carried fields that are scored as replies to the last user turn. */
class ScoredFieldsTest {
  private static final String TEMPLATE =
      "{% for message in messages %}<{{ message.role }}>{{ message.content }}{% endfor %}"
          + "{% if add_generation_prompt %}<assistant>{% endif %}";

  private final Letters letters = new Letters();

  private TaskResult<Answers<TurnScore>> score(Map<String, String> carried) {
    Session session =
        new Session(
            new SessionKey(Optional.empty(), "s"),
            List.of(Message.of(0, Role.USER, "Where?")),
            carried);
    ItemWork<String, Answers<TurnScore>> work =
        ScoreQuestions.task(
                new TaskOptions.Score(List.of("chosen", "rejected"), false),
                letters.prompts(TEMPLATE, false, 1000, PromptFrame.NONE),
                Set.of())
            .begin("row", row -> session);
    for (Request request : work.next()) {
      int length = ((Score) request).continuations().get(0).size();
      List<Float> each = Collections.nCopies(length, -1f);
      work.accept(request, new Scores(List.of(each), 1, 0, 1));
    }
    assertThat(work.done()).isTrue();
    return work.result();
  }

  private static Answers<TurnScore> answers(TaskResult<Answers<TurnScore>> result) {
    return ((TaskResult.Ok<Answers<TurnScore>>) result).value();
  }

  @Test
  void eachFieldHasAScoreOfItsOwn() {
    Answers<TurnScore> both = answers(score(Map.of("chosen", "Here.", "rejected", "No.")));
    assertThat(both.answers().stream().map(of -> of.field().orElseThrow()))
        .containsExactly("chosen", "rejected");
    assertThat(both.answers().stream().map(TurnScore::sum)).containsExactly(-5.0, -3.0);
    assertThat(both.unanswered()).isEmpty();
  }

  @Test
  void aFieldThatIsMissingOrBlankIsNamed() {
    for (Map<String, String> carried :
        List.of(Map.of("chosen", "Here."), Map.of("chosen", "Here.", "rejected", " "))) {
      Answers<TurnScore> one = answers(score(carried));
      assertThat(one.answers()).hasSize(1);
      assertThat(one.unanswered())
          .containsExactly(
              new Unanswered(
                  0,
                  Optional.of("rejected"),
                  "missing_content",
                  "the field rejected is missing or blank",
                  Optional.empty()));
    }
  }

  @Test
  void aSessionWithoutAnyOfTheFieldsIsRejected() {
    assertThat(score(Map.of()))
        .isEqualTo(
            new TaskResult.Rejected<>(
                RejectionCode.MISSING_CONTENT, "the field chosen is missing or blank"));
  }
}

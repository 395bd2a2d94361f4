package io.turnmill.task;

import io.turnmill.inference.Outcome.Scores;
import io.turnmill.inference.Score;
import io.turnmill.prompt.PromptBuilder;
import io.turnmill.prompt.PromptResult.WrittenTurn;
import io.turnmill.session.Message;
import io.turnmill.session.RejectionCode;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import io.turnmill.task.Question.Asked;
import io.turnmill.task.Question.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The task {@code score}: how likely the assistant's turns of a session are, each after the
 * archive's own messages; or how likely carried fields are as replies to the last user turn.
 */
public final class ScoreQuestions implements QuestionsTask.Questions<TurnScore> {
  /** A conversation is rendered and encoded with the turn and without it. */
  private static final int TIMES_SHOWN = 2;

  private final TaskOptions.Score options;
  private final PromptBuilder prompts;
  private final Set<Integer> endTokenIds;

  private ScoreQuestions(
      TaskOptions.Score options, PromptBuilder prompts, Set<Integer> endTokenIds) {
    this.options = options;
    this.prompts = prompts;
    this.endTokenIds = Set.copyOf(endTokenIds);
  }

  /**
   * The task over a decoder.
   *
   * @param prompts makes prompts as long as the model's context
   * @param endTokenIds the tokens that end a turn
   */
  public static Task<Session, Answers<TurnScore>> task(
      TaskOptions.Score options, PromptBuilder prompts, Set<Integer> endTokenIds) {
    return new QuestionsTask<>(TaskKind.SCORE, new ScoreQuestions(options, prompts, endTokenIds));
  }

  @Override
  public List<Question<TurnScore>> about(Session session) {
    return options.fields().isEmpty() ? aboutTurns(session) : aboutFields(session);
  }

  private List<Question<TurnScore>> aboutTurns(Session session) {
    List<Question<TurnScore>> questions = new ArrayList<>();
    long chars = 0;
    for (Message message : session.messages()) {
      int at = message.turn();
      chars += AtOnce.chars(message);
      if (message.role() == Role.ASSISTANT) {
        List<Message> shown = session.messages().subList(0, at + 1);
        questions.add(
            new Question<>(
                OptionalInt.of(at),
                TIMES_SHOWN * chars,
                () -> ask(session, at, Optional.empty(), shown)));
      }
    }
    return questions;
  }

  private List<Question<TurnScore>> aboutFields(Session session) {
    int last = session.lastUserTurn();
    if (last < 0) {
      throw new Refused(
          RejectionCode.NO_USER_TURN, session.messages().size() + " messages, none by the user");
    }
    List<Message> history = session.messages().subList(0, last + 1);
    List<Question<TurnScore>> questions = new ArrayList<>();
    for (String field : options.fields()) {
      String text = session.carried().getOrDefault(field, "");
      List<Message> shown = new ArrayList<>(history);
      shown.add(Message.of(last + 1, Role.ASSISTANT, text));
      questions.add(
          new Question<>(
              OptionalInt.of(last),
              Optional.of(field),
              TIMES_SHOWN * AtOnce.chars(shown),
              () -> {
                if (text.isBlank()) {
                  throw new Refused(
                      RejectionCode.MISSING_CONTENT, "the field " + field + " is missing or blank");
                }
                return ask(session, last, Optional.of(field), shown);
              }));
    }
    return questions;
  }

  private Asked<TurnScore> ask(
      Session session, int turn, Optional<String> field, List<Message> shown) {
    WrittenTurn written = Prompts.written(prompts.forWrittenTurn(session, shown, endTokenIds));
    Score request = new Score(written.prompt(), List.of(written.turn()));
    return new Asked<>(
        List.of(request),
        outcomes -> {
          Scores scores = (Scores) outcomes.get(0);
          return new TurnScore(
              turn,
              field,
              scores.logprobs().get(0),
              scores.promptTokens(),
              scores.cachedTokens(),
              scores.computedTokens(),
              written.droppedMessages());
        });
  }
}

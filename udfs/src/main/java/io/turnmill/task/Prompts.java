package io.turnmill.task;

import io.turnmill.prompt.Prompt;
import io.turnmill.prompt.PromptResult;
import io.turnmill.task.Question.Refused;

/** What is made of a {@link PromptResult} by tasks that ask questions. */
public final class Prompts {
  private Prompts() {}

  /**
   * @throws Refused if there is no prompt
   */
  static PromptResult.WrittenTurn written(PromptResult made) {
    if (made instanceof PromptResult.WrittenTurn turn) {
      return turn;
    }
    throw new Refused(without(made));
  }

  /**
   * @throws Refused if there is no prompt
   */
  static Prompt ready(PromptResult made) {
    if (made instanceof PromptResult.Ready ready) {
      return ready.prompt();
    }
    throw new Refused(without(made));
  }

  /** The result of a part of an item for which there is no prompt. */
  public static <R> TaskResult<R> without(PromptResult made) {
    if (made instanceof PromptResult.Refused refused) {
      return new TaskResult.Rejected<>(refused.code(), refused.detail());
    }
    if (made instanceof PromptResult.OutOfVocabulary unknown) {
      return new TaskResult.Failed<>(
          TaskFailureCode.TOKEN_OUT_OF_VOCABULARY, unknown.token().detail("the prompt"));
    }
    return TaskResult.Failed.by(((PromptResult.Failed) made).fault());
  }
}

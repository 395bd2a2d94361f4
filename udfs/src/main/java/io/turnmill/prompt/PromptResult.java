package io.turnmill.prompt;

import io.turnmill.session.Fault;
import io.turnmill.session.RejectionCode;
import io.turnmill.token.TokenIds;
import io.turnmill.token.UnknownToken;

/** A prompt, or why there is none. */
public sealed interface PromptResult {
  record Ready(Prompt prompt) implements PromptResult {}

  /**
   * A turn that the assistant wrote, with the prompt before it.
   *
   * @param prompt at least one id
   * @param turn at least one id
   * @param droppedMessages how many messages were cut from the left to make it fit
   */
  record WrittenTurn(TokenIds prompt, TokenIds turn, int droppedMessages) implements PromptResult {}

  /**
   * There is no prompt, because the session does not allow one.
   *
   * @param detail counts and the template's own words, never conversation text
   */
  record Refused(RejectionCode code, String detail) implements PromptResult {}

  /** The prompt has a token for which the model's embedding has no row. */
  record OutOfVocabulary(UnknownToken token) implements PromptResult {}

  /** An exception was thrown while the prompt was made. */
  record Failed(Fault fault) implements PromptResult {}
}

package io.turnmill.prompt;

import io.turnmill.session.Fault;
import io.turnmill.session.RejectionCode;
import io.turnmill.token.UnknownToken;

/** A prompt, or why there is none. */
public sealed interface PromptResult {
  record Ready(Prompt prompt) implements PromptResult {}

  /**
   * There is none.
   *
   * @param detail counts and the template's own words, never conversation text
   */
  record Refused(RejectionCode code, String detail) implements PromptResult {}

  /** It has a token for which the model's embedding has no row. */
  record OutOfVocabulary(UnknownToken token) implements PromptResult {}

  /** An exception ended the making of it. */
  record Failed(Fault fault) implements PromptResult {}
}

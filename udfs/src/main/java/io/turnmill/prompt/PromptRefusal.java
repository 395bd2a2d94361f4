package io.turnmill.prompt;

import io.turnmill.session.RejectionCode;

/** Ends the making of a prompt for one session, for a reason that lies in the session. */
public final class PromptRefusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final RejectionCode code;

  /**
   * @param detail counts and words of templates, never conversation text
   */
  PromptRefusal(RejectionCode code, String detail) {
    super(detail);
    this.code = code;
  }

  /** What the making of the prompt has come to. */
  public PromptResult.Refused result() {
    return new PromptResult.Refused(code, getMessage());
  }
}

package io.turnmill.prompt.jinja;

/**
 * The template itself refused the conversation: it called {@code raise_exception(message)}.
 *
 * <p>{@link #getMessage()} shows the template's own words only; what it quoted of the conversation
 * is an ellipsis there. {@link #reason()} is the whole message, for the row that is rejected and
 * never for a log.
 */
public final class TemplateRefused extends TemplateException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  private TemplateRefused(String masked, String reason) {
    super(masked);
    this.reason = reason;
  }

  private TemplateRefused(String masked, String reason, SourcePosition place) {
    super(masked, place);
    this.reason = reason;
  }

  static TemplateRefused because(Text message) {
    return new TemplateRefused("the template refuses: " + message.maskedInput(), message.value());
  }

  /** The template's message in full; it may quote the conversation. */
  public String reason() {
    return reason;
  }

  @Override
  TemplateException placed(SourcePosition place) {
    return new TemplateRefused(problem(), reason, place);
  }
}

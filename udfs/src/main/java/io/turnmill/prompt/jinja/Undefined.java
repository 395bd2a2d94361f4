package io.turnmill.prompt.jinja;

/**
 * What a name or an attribute is that nobody defined: prints as nothing, is false, empty and equal
 * to any other undefined value; all else that is done with it is an error with {@code reason}.
 */
record Undefined(String reason) {
  TemplateException error() {
    return new TemplateException(reason);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Undefined;
  }

  @Override
  public int hashCode() {
    return 1;
  }
}

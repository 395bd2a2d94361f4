package io.turnmill.prompt.jinja;

/** A method bound to its object, such as {@code text.strip}. */
record Method(String name, Invocable body) implements Invocable {
  @Override
  public Object call(Args args, Run run) {
    return body.call(args, run);
  }
}

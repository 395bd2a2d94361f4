package io.turnmill.prompt.jinja;

/** Anything a template can call. */
interface Invocable {
  Object call(Args args, Run run);
}

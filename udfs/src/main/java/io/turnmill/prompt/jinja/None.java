package io.turnmill.prompt.jinja;

/** The value {@code none}: a constant, so that no {@code null} is a value of the interpreter. */
enum None {
  NONE
}

package io.turnmill.job.read;

import java.util.List;

/**
 * Thrown when the input cannot be read as the settings name it; holds all problems, for the user.
 */
public final class InputException extends RuntimeException {
  private final List<String> problems;

  InputException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** One sentence for each problem. */
  public List<String> problems() {
    return problems;
  }
}

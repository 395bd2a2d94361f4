package io.turnmill.job.read;

import java.util.List;

/** The input cannot be used as the settings name it: for the user to mend, all problems at once. */
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

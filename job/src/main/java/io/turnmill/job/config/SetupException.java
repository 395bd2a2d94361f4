package io.turnmill.job.config;

import java.util.List;

/**
 * Something that the person who started the job has to put right: settings, paths, a model folder.
 * The command line prints the problems as plain lines, without a stack trace, and ends with exit
 * code 2.
 */
public final class SetupException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String title;
  private final List<String> problems;

  /** One problem, as one sentence. */
  public SetupException(String problem) {
    this(problem, List.of());
  }

  /** One problem with what it came from; the cause is for logs, people see the sentence. */
  public SetupException(String problem, Throwable cause) {
    super(problem, cause);
    this.title = problem;
    this.problems = List.of();
  }

  /**
   * Several problems found together.
   *
   * @param title the line above them
   * @param problems one line each
   */
  public SetupException(String title, List<String> problems) {
    super(problems.isEmpty() ? title : title + "\n  " + String.join("\n  ", problems));
    this.title = title;
    this.problems = List.copyOf(problems);
  }

  public String title() {
    return title;
  }

  public List<String> problems() {
    return problems;
  }
}

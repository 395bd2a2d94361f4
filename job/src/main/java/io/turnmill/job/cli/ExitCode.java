package io.turnmill.job.cli;

import java.util.Optional;
import java.util.stream.Stream;

/** What the process ends with. */
public enum ExitCode {
  OK(0),
  /** Anything that is neither a set-up error nor too many failures. */
  ERROR(1),
  /** Something that the person who started the job has to put right. */
  SETUP(2),
  /** More sessions failed, or more of the input was rejected, than the limits allow. */
  TOO_MANY_FAILURES(3);

  private final int status;

  ExitCode(int status) {
    this.status = status;
  }

  public int status() {
    return status;
  }

  public static Optional<ExitCode> of(int status) {
    return Stream.of(values()).filter(code -> code.status == status).findFirst();
  }
}

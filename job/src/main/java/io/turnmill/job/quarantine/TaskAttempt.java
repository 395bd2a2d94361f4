package io.turnmill.job.quarantine;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One attempt of a task at one part of a bucket.
 *
 * @param job of which it is a part
 * @param part number of the part, as the job cuts the bucket
 * @param id of the task, higher for later attempts of one driver
 * @param local whether its process was the driver's own
 */
record TaskAttempt(JobAttempt job, int part, long id, boolean local) {
  private static final Pattern NAME =
      Pattern.compile("([0-9a-f]{16})-r(\\d{1,9})-p(\\d{1,9})-t(\\d{1,18})-([cl])");

  /** The attempt of that name; empty if the name is not that of an attempt. */
  static Optional<TaskAttempt> named(String name) {
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new TaskAttempt(
            new JobAttempt(parts.group(1), Integer.parseInt(parts.group(2))),
            Integer.parseInt(parts.group(3)),
            Long.parseLong(parts.group(4)),
            parts.group(5).equals("l")));
  }

  String name() {
    return String.format(
        Locale.ROOT, "%s-r%d-p%d-t%d-%s", job.driver(), job.number(), part, id, local ? "l" : "c");
  }

  /** Whether the same driver began this one when {@code other} was over. */
  boolean follows(TaskAttempt other) {
    return job.driver().equals(other.job.driver())
        && (job.number() > other.job.number()
            || (job.equals(other.job) && part == other.part && id > other.id));
  }
}

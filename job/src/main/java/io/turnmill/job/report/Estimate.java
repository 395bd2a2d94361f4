package io.turnmill.job.report;

import io.turnmill.job.terminal.HumanFormat;
import java.time.Duration;
import java.util.List;

/**
 * How long a run takes whose executors read and write this many tokens in a second: {@code (prompt
 * tokens / promptRate + reply tokens / replyRate) / executors}.
 *
 * @param promptRate tokens of prompts that one executor takes in a second, above 0
 * @param replyRate tokens of replies that one executor writes in a second, above 0
 * @param executors at least one
 */
public record Estimate(double promptRate, double replyRate, int executors) {
  /** A killed run loses the buckets that were under way: each should be this short. */
  private static final Duration SHORT_BUCKET = Duration.ofMinutes(15);

  public Estimate {
    if (!(promptRate > 0) || !(replyRate > 0) || executors < 1) {
      throw new IllegalArgumentException("rates must be above 0, and executors at least 1");
    }
  }

  /** The time of the model alone; starting, shuffling and writing come on top. */
  public Duration time(long promptTokens, long replyTokens) {
    return Duration.ofMillis(Math.round(1000 * seconds(promptTokens, replyTokens) / executors));
  }

  private double seconds(long promptTokens, long replyTokens) {
    return promptTokens / promptRate + replyTokens / replyRate;
  }

  /**
   * Buckets that take a quarter of an hour of one executor, and two at least for each of them.
   *
   * @return between 1 and the million that {@code output.buckets} allows
   */
  public long buckets(long promptTokens, long replyTokens) {
    double wanted = Math.ceil(seconds(promptTokens, replyTokens) / SHORT_BUCKET.toSeconds());
    return Math.min(1_000_000, Math.max(2L * executors, (long) wanted));
  }

  /** Label and value of each line for people. */
  public List<List<String>> lines(long promptTokens, long replyTokens) {
    Estimate alone = new Estimate(promptRate, replyRate, 1);
    return List.of(
        List.of(
            "of one executor", "about " + HumanFormat.time(alone.time(promptTokens, replyTokens))),
        List.of(
            "of " + HumanFormat.count(executors, "executor", "executors"),
            "about "
                + HumanFormat.time(time(promptTokens, replyTokens))
                + ", if every reply is as long as allowed"),
        List.of(
            "output.buckets",
            HumanFormat.count(buckets(promptTokens, replyTokens))
                + " would be right: a killed run loses the buckets under way"));
  }
}

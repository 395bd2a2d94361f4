package io.turnmill.job.prepare;

import io.turnmill.job.rows.StagedBucket;
import java.util.List;

/**
 * Over how many buckets, and by how many tasks, an archive is spread.
 *
 * @param buckets each a unit of commitment, and one file of each table
 * @param tasks that group sessions, each some whole buckets
 */
public record BucketPlan(int buckets, int tasks) {
  private static final int MOST_BUCKETS = 1 << 19;

  /** Bytes of text for each token, with what JSON and templates put around it; see SIZING.md. */
  private static final int BYTES_OF_A_TOKEN = 5;

  /** What the run loses when an executor is killed, and what commits and files cost, balance. */
  private static final long MOST_TOKENS = 4_000_000;

  /** A smaller bucket is not worth its files and its Spark jobs, even where cores idle. */
  private static final long FEWEST_TOKENS = 16_000;

  /** So that one bucket that lasts longer than others leaves few cores idle. */
  private static final int BUCKETS_OF_A_SLOT = 4;

  /** Tasks of this size sort mostly in memory, and keep the number of shuffled blocks small. */
  private static final long TASK_BYTES = 256L << 20;

  /** How much a task may read, if a slot's share of the text is 1. */
  private static final double MOST_OF_A_SLOT = 1.5;

  /** How much a bucket may hold, if its share of the text is 1. */
  private static final double MOST_OF_A_BUCKET = 4;

  /**
   * Chooses what was not given: as many buckets as hold 4 million tokens each, or more, down to 16
   * thousand tokens, until each slot has four. The number is a power of two, so that those of
   * different runs divide one another.
   *
   * @param asked buckets, or 0
   * @param textBytes about as many as the archive's records have, decompressed
   * @param slots tasks that can run at once
   */
  public static BucketPlan choose(int asked, long textBytes, int slots) {
    long tokens = textBytes / BYTES_OF_A_TOKEN;
    long wanted =
        Math.max(
            ceil(tokens, MOST_TOKENS),
            Math.min((long) BUCKETS_OF_A_SLOT * slots, tokens / FEWEST_TOKENS));
    int buckets = asked > 0 ? asked : powerOfTwo(wanted);
    long tasks = Math.max((long) BUCKETS_OF_A_SLOT * slots, ceil(textBytes, TASK_BYTES));
    return new BucketPlan(buckets, (int) Math.min(buckets, tasks));
  }

  /**
   * Whether tasks that read the input are as good for staging as those of a shuffle: none keeps the
   * others waiting that long, as one that reads a large compressed file would.
   *
   * @param taskBytes text of each
   * @param slots tasks that can run at once
   */
  public static boolean isEven(List<Long> taskBytes, int slots) {
    double share = (double) taskBytes.stream().mapToLong(Long::longValue).sum() / slots;
    return taskBytes.stream().allMatch(bytes -> bytes <= MOST_OF_A_SLOT * share);
  }

  /** Whether no bucket is many times as large as they are on average. */
  boolean isEven(List<StagedBucket> staged) {
    double average =
        (double) staged.stream().mapToLong(bucket -> bucket.contents().characters()).sum()
            / buckets;
    double most = Math.max(FEWEST_TOKENS * BYTES_OF_A_TOKEN, MOST_OF_A_BUCKET * average);
    return staged.stream().allMatch(bucket -> bucket.contents().characters() <= most);
  }

  private static long ceil(long amount, long unit) {
    return amount / unit + (amount % unit == 0 ? 0 : 1);
  }

  /** The smallest one that is not below {@code wanted}. */
  private static int powerOfTwo(long wanted) {
    if (wanted <= 1) {
      return 1;
    }
    return wanted >= MOST_BUCKETS ? MOST_BUCKETS : Integer.highestOneBit((int) wanted - 1) << 1;
  }
}

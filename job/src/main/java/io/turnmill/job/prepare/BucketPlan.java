package io.turnmill.job.prepare;

import io.turnmill.job.rows.StagedBucket;
import java.util.List;

/**
 * The number of buckets of an archive, and of the tasks that group its sessions.
 *
 * @param buckets how many buckets; each is committed as a whole, with one file of each table
 * @param tasks how many tasks group sessions, each for some whole buckets
 */
public record BucketPlan(int buckets, int tasks) {
  private static final int MOST_BUCKETS = 1 << 19;

  /** Bytes of the archive for each token, including those of JSON; see submit/SIZING.md. */
  private static final int BYTES_OF_A_TOKEN = 5;

  /**
   * The most tokens in a bucket: larger ones lose more when an executor is killed, smaller ones
   * cost more commits and files.
   */
  private static final long MOST_TOKENS = 4_000_000;

  /**
   * The fewest tokens in a bucket: a smaller one is not worth its files and Spark jobs, even if
   * cores are idle.
   */
  private static final long FEWEST_TOKENS = 16_000;

  /** Buckets for each slot, so that few cores are idle if one bucket lasts longer than others. */
  private static final int BUCKETS_OF_A_SLOT = 4;

  /** A task of this size sorts mostly in memory, and the number of shuffled blocks stays small. */
  private static final long TASK_BYTES = 256L << 20;

  /** How much a task may read at most, as a multiple of a slot's share of the text. */
  private static final double MOST_OF_A_SLOT = 1.5;

  /** How much a bucket may hold at most, as a multiple of its share of the text. */
  private static final double MOST_OF_A_BUCKET = 4;

  /**
   * Chooses the number of buckets if it is not given: as many as hold 4 million tokens each, or
   * more buckets of down to 16 thousand tokens, until each slot has four. It is a power of two, so
   * that of the numbers of two runs one divides the other.
   *
   * @param asked the number of buckets that the user asked for, or 0
   * @param textBytes about how many bytes the archive's records have, decompressed
   * @param slots how many tasks can run at once
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
   * Whether the tasks that read the input are about as good for staging as those of a shuffle: no
   * task is much longer than the others, as one would be that reads a large compressed file.
   *
   * @param taskBytes the bytes of text of each task
   * @param slots how many tasks can run at once
   */
  public static boolean isEven(List<Long> taskBytes, int slots) {
    double share = (double) taskBytes.stream().mapToLong(Long::longValue).sum() / slots;
    return taskBytes.stream().allMatch(bytes -> bytes <= MOST_OF_A_SLOT * share);
  }

  /** Whether no bucket is many times as large as the average. */
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

  /** The smallest power of two that is not below {@code wanted}. */
  private static int powerOfTwo(long wanted) {
    if (wanted <= 1) {
      return 1;
    }
    return wanted >= MOST_BUCKETS ? MOST_BUCKETS : Integer.highestOneBit((int) wanted - 1) << 1;
  }
}

package io.turnmill.job.prepare;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.api.java.UDF1;

/**
 * Decides which bucket a record belongs to when each record stays with its task: the text of all
 * tasks, laid end to end, is cut into buckets of equal length. If a task's text is in several
 * buckets, the hash of the session id chooses one of them, because the lengths of records are not
 * known.
 *
 * <pre>
 * tasks    |------0------|---1---|---------------2---------------|
 * buckets  |----0----|----1----|----2----|----3----|----4----|---
 * </pre>
 *
 * @param starts the start of each task's text, and then the end of the last one, in buckets
 */
record InputShares(List<Double> starts) implements UDF1<Long, Integer> {
  private static final long serialVersionUID = 1L;

  InputShares {
    starts = List.copyOf(starts);
  }

  /**
   * @param taskBytes the bytes of text of each task
   */
  static InputShares of(List<Long> taskBytes, int buckets) {
    double all = Math.max(1, taskBytes.stream().mapToLong(Long::longValue).sum());
    List<Double> starts = new ArrayList<>(taskBytes.size() + 1);
    long before = 0;
    for (long bytes : taskBytes) {
      starts.add(buckets * (before / all));
      before += bytes;
    }
    starts.add((double) buckets);
    return new InputShares(starts);
  }

  /** The bucket of a record that this Spark task reads. */
  @Override
  public Integer call(Long keyHash) {
    return bucket(TaskContext.getPartitionId(), keyHash);
  }

  int bucket(int task, long keyHash) {
    double from = starts.get(task);
    double to = starts.get(task + 1);
    double chosen = (keyHash >>> Integer.SIZE) * 0x1p-32;
    int last = starts.get(starts.size() - 1).intValue() - 1;
    return Math.min(last, (int) (from + chosen * (to - from)));
  }
}

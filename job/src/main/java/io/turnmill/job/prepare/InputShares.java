package io.turnmill.job.prepare;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.api.java.UDF1;

/**
 * Which task of the reading fills which buckets: the text of all tasks, laid end to end, is cut
 * into buckets of one length. Of the buckets that a task's text touches, the hash of a session id
 * chooses: text is measured by files, not by records.
 *
 * <pre>
 * tasks    |------0------|---1---|---------------2---------------|
 * buckets  |----0----|----1----|----2----|----3----|----4----|---
 * </pre>
 *
 * @param starts of each task, and after them the end of the last one, in buckets
 */
record InputShares(List<Double> starts) implements UDF1<Long, Integer> {
  private static final long serialVersionUID = 1L;

  InputShares {
    starts = List.copyOf(starts);
  }

  /**
   * @param taskBytes text of each task
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

package io.turnmill.job.testing;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** Counts what a run shuffles: given to {@code spark.extraListeners}. */
public final class ShuffleMeter extends SparkListener {
  public static final AtomicLong BYTES = new AtomicLong();

  @Override
  public void onTaskEnd(SparkListenerTaskEnd task) {
    if (task.taskMetrics() != null) {
      BYTES.addAndGet(task.taskMetrics().shuffleWriteMetrics().bytesWritten());
    }
  }
}

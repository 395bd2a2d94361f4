package io.turnmill.job.infer;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/**
 * The {@link Tally} as the driver knows it while the job runs: from finished tasks by their end,
 * and from running ones by their executors' heartbeats.
 */
public final class LiveTally extends SparkListener {
  private final Map<Long, long[]> running = new HashMap<>();
  private final Set<Long> ended = Collections.newSetFromMap(new Latest());
  private long sessions;
  private long tokens;

  /**
   * The tasks that ended last, whose heartbeats may still arrive; a run may have millions of tasks.
   */
  private static final class Latest extends LinkedHashMap<Long, Boolean> {
    private static final long serialVersionUID = 1L;
    private static final int MOST = 10_000;

    @Override
    protected boolean removeEldestEntry(Map.Entry<Long, Boolean> eldest) {
      return size() > MOST;
    }
  }

  /** Sessions done so far. */
  public synchronized long sessions() {
    return sessions + running.values().stream().mapToLong(counts -> counts[0]).sum();
  }

  /** Tokens that the model wrote so far. */
  public synchronized long tokens() {
    return tokens + running.values().stream().mapToLong(counts -> counts[1]).sum();
  }

  @Override
  public synchronized void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
    var tasks = update.accumUpdates().iterator();
    while (tasks.hasNext()) {
      var task = tasks.next();
      long[] counts = new long[2];
      var values = task._4().iterator();
      while (values.hasNext()) {
        add(values.next(), counts);
      }
      // A heartbeat may come after the end of its task.
      if (!ended.contains((Long) task._1())) {
        running.put((Long) task._1(), counts);
      }
    }
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
    running.remove(end.taskInfo().taskId());
    ended.add(end.taskInfo().taskId());
    if (end.taskInfo().successful()) {
      long[] counts = new long[2];
      var values = end.taskInfo().accumulables().iterator();
      while (values.hasNext()) {
        add(values.next(), counts);
      }
      sessions += counts[0];
      tokens += counts[1];
    }
  }

  private static void add(AccumulableInfo value, long[] counts) {
    if (value.name().isEmpty() || value.update().isEmpty()) {
      return;
    }
    if (value.update().get() instanceof Long amount) {
      String name = value.name().get();
      counts[0] += name.equals(Tally.SESSIONS) ? amount : 0;
      counts[1] += name.equals(Tally.TOKENS) ? amount : 0;
    }
  }
}

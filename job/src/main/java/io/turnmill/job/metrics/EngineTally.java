package io.turnmill.job.metrics;

import io.turnmill.inference.Metric;
import io.turnmill.inference.Metrics;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;

/**
 * Counts what the engines of all executors did in a run: an accumulator for each metric that grows.
 *
 * <p>Work counts each time that it is done, so it counts again for a retried task. It counts at the
 * end of the task that succeeds next on its executor, whichever task it was done for. What an
 * executor did after its last successful task is not counted. So the run's counts are never made
 * from this.
 */
public final class EngineTally implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final String PREFIX = "turnmill.engine.";

  private final String run = UUID.randomUUID().toString();
  private final EnumMap<Metric, LongAccumulator> sums = new EnumMap<>(Metric.class);

  public EngineTally(SparkSession spark) {
    for (Metric metric : Metric.values()) {
      if (metric.grows()) {
        sums.put(metric, spark.sparkContext().longAccumulator(PREFIX + metric.countedName()));
      }
    }
  }

  /** An id that is different for every tally. */
  String run() {
    return run;
  }

  void add(Metrics more) {
    sums.forEach((metric, sum) -> sum.add(more.get(metric)));
  }

  /** The sum so far; only for the driver. */
  public long sum(Metric metric) {
    return sums.get(metric).value();
  }

  /** All sums as they are shown, by name, in order; only for the driver. */
  public Map<String, Number> shown() {
    Map<String, Number> shown = new LinkedHashMap<>();
    sums.forEach((metric, sum) -> shown.put(metric.shownName(), metric.shown(sum.value())));
    return shown;
  }
}

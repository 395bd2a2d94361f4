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
 * What the engines of all executors did in a run: an accumulator for each metric that grows.
 *
 * <p>Work counts as often as it was done: again for a task that was tried again. It counts at the
 * end of the task that succeeds next on its executor, whichever task it was done for; what an
 * executor did after the last of these is in no tally. So the books are never made of it.
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

  /** Different for every tally. */
  String run() {
    return run;
  }

  void add(Metrics more) {
    sums.forEach((metric, sum) -> sum.add(more.get(metric)));
  }

  /** The sum so far; on the driver. */
  public long sum(Metric metric) {
    return sums.get(metric).value();
  }

  /** All sums as they are shown, by name, in order; on the driver. */
  public Map<String, Number> shown() {
    Map<String, Number> shown = new LinkedHashMap<>();
    sums.forEach((metric, sum) -> shown.put(metric.shownName(), metric.shown(sum.value())));
    return shown;
  }
}

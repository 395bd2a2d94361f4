package io.turnmill.job.metrics;

import io.turnmill.engine.decode.EngineStats;
import java.io.Serializable;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongBinaryOperator;

/**
 * All metrics of one engine, or of several together, at one time.
 *
 * @param numbers of every metric
 */
record EngineReading(Map<EngineMetric, Long> numbers) implements Serializable {
  private static final long serialVersionUID = 1L;

  static final EngineReading ZERO = of(metric -> 0);

  private interface Numbers {
    long of(EngineMetric metric);
  }

  EngineReading {
    numbers = Collections.unmodifiableMap(new EnumMap<>(numbers));
  }

  static EngineReading of(EngineStats stats) {
    return of(metric -> metric.of(stats));
  }

  private static EngineReading of(Numbers numbers) {
    Map<EngineMetric, Long> all = new EnumMap<>(EngineMetric.class);
    for (EngineMetric metric : EngineMetric.values()) {
      all.put(metric, numbers.of(metric));
    }
    return new EngineReading(all);
  }

  long number(EngineMetric metric) {
    return numbers.get(metric);
  }

  EngineReading plus(EngineReading other) {
    return with(other, Long::sum);
  }

  EngineReading minus(EngineReading earlier) {
    return with(earlier, (a, b) -> a - b);
  }

  private EngineReading with(EngineReading other, LongBinaryOperator operation) {
    return of(metric -> operation.applyAsLong(number(metric), other.number(metric)));
  }

  /** What stays of it when the engine, or the executor, is gone. */
  EngineReading past() {
    return of(metric -> metric.grows() ? number(metric) : 0);
  }

  /** Share of the positions that attention read for nothing: 0 to 1. */
  double paddingShare() {
    long padded = number(EngineMetric.PADDED_POSITIONS);
    return padded == 0 ? 0 : (double) (padded - number(EngineMetric.ATTENDED_POSITIONS)) / padded;
  }
}

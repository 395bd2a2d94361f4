package io.turnmill.job.metrics;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.turnmill.inference.Metric;
import io.turnmill.inference.Metrics;
import java.util.function.Supplier;

/** Registers metrics as gauges. */
final class Gauges {
  private Gauges() {}

  /**
   * Registers a gauge for each metric, named {@code prefix.metric}, and one for the share of
   * padding.
   */
  static void register(MetricRegistry registry, String prefix, Supplier<Metrics> reading) {
    for (Metric metric : Metric.values()) {
      Gauge<Number> gauge = () -> metric.shown(reading.get().get(metric));
      registry.register(MetricRegistry.name(prefix, metric.shownName()), gauge);
    }
    Gauge<Double> padding = () -> reading.get().paddingShare();
    registry.register(MetricRegistry.name(prefix, "padding_share"), padding);
  }
}

package io.turnmill.job.metrics;

import com.codahale.metrics.MetricRegistry;
import io.turnmill.inference.Metrics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.PluginContext;

/**
 * The driver's part of {@link MetricsPlugin}: gauges named {@code all.…} for all executors
 * together, and {@code executor_ID.…} for each, from what they report.
 */
final class DriverMetrics implements DriverPlugin {
  /** After this time without a report, an executor is taken to be gone. */
  static final long GONE_NANOS = TimeUnit.SECONDS.toNanos(6 * ExecutorMetrics.REPORT_SECONDS);

  private final LongSupplier nanoClock;
  private final Map<String, Heard> heard = new ConcurrentHashMap<>();
  private MetricRegistry registry;

  private record Heard(Metrics reading, long at) {}

  DriverMetrics(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  @Override
  public Map<String, String> init(SparkContext spark, PluginContext context) {
    registry = context.metricRegistry();
    return Map.of();
  }

  @Override
  public void registerMetrics(String appId, PluginContext context) {
    Gauges.register(registry, "all", this::all);
  }

  /**
   * @return null, as Spark requires for a message that is not answered
   */
  @Override
  public Object receive(Object message) {
    if (message instanceof ExecutorMetrics.Report report) {
      Heard now = new Heard(report.reading(), nanoClock.getAsLong());
      if (heard.put(report.executor(), now) == null) {
        Gauges.register(
            registry, "executor_" + report.executor(), () -> present(heard.get(report.executor())));
      }
    }
    return null;
  }

  private Metrics all() {
    return heard.values().stream().map(this::present).reduce(Metrics.ZERO, Metrics::plus);
  }

  private Metrics present(Heard last) {
    boolean gone = nanoClock.getAsLong() - last.at() > GONE_NANOS;
    return gone ? last.reading().past() : last.reading();
  }
}

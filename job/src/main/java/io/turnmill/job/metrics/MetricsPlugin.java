package io.turnmill.job.metrics;

import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * Puts the metrics of engines into Spark's metrics system, for the sinks that are set up there. A
 * job adds it to the setting {@code spark.plugins} itself.
 */
public final class MetricsPlugin implements SparkPlugin {

  @Override
  public DriverPlugin driverPlugin() {
    return new DriverMetrics(System::nanoTime);
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorMetrics(ExecutorEngines.here());
  }
}

package io.turnmill.job.metrics;

import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * Puts the metrics of engines into Spark's metrics system, for whatever sinks are set up there. A
 * job loads it by itself; the setting is {@code spark.plugins}.
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

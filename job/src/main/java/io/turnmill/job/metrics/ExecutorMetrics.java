package io.turnmill.job.metrics;

import io.turnmill.inference.Metrics;
import java.io.IOException;
import java.io.Serializable;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.TaskFailedReason;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An executor's part of {@link MetricsPlugin}: gauges named {@code engine.…} for the executor's own
 * sinks, and reports to the driver, which has the web server. Metrics never fail a run: what fails
 * here is left out.
 */
final class ExecutorMetrics implements ExecutorPlugin {
  static final String PREFIX = "engine";
  static final long REPORT_SECONDS = 10;

  private static final Logger LOG = LoggerFactory.getLogger(ExecutorMetrics.class);

  private final ExecutorEngines engines;
  private final ScheduledExecutorService reporter =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "turnmill-metrics");
            thread.setDaemon(true);
            return thread;
          });
  private PluginContext context;

  /** The work that engines of this JVM did for an earlier Spark session. */
  private Metrics before = Metrics.ZERO;

  /** A report to the driver. */
  record Report(String executor, Metrics reading) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  ExecutorMetrics(ExecutorEngines engines) {
    this.engines = engines;
  }

  @Override
  public void init(PluginContext pluginContext, Map<String, String> extraConf) {
    context = pluginContext;
    before = engines.reading().past();
    Gauges.register(context.metricRegistry(), PREFIX, this::reading);
    var unused =
        reporter.scheduleWithFixedDelay(
            this::report, REPORT_SECONDS, REPORT_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void onTaskSucceeded() {
    report();
  }

  @Override
  public void onTaskFailed(TaskFailedReason reason) {
    report();
  }

  private Metrics reading() {
    return engines.reading().minus(before);
  }

  private void report() {
    try {
      context.send(new Report(context.executorID(), reading()));
    } catch (IOException | RuntimeException e) {
      LOG.debug("The driver was not told the metrics: {}", e.getMessage());
    }
  }

  @Override
  public void shutdown() {
    reporter.shutdownNow();
  }
}

package io.turnmill.job.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;

class MetricsPluginTest {
  private final AtomicLong nanos = new AtomicLong();
  private final Context driver = new Context("driver", null);
  private final DriverMetrics driverPlugin = new DriverMetrics(nanos::get);
  private final ExecutorEngines engines = new ExecutorEngines();

  /** What Spark gives to a plugin; messages go to the driver's at once, or fail without one. */
  private record Context(String executorID, DriverPlugin receiver, MetricRegistry metricRegistry)
      implements PluginContext {

    Context(String executorID, DriverPlugin receiver) {
      this(executorID, receiver, new MetricRegistry());
    }

    Map<String, Object> gauges() {
      return metricRegistry.getMetrics().entrySet().stream()
          .collect(
              Collectors.toMap(
                  Map.Entry::getKey, metric -> ((Gauge<?>) metric.getValue()).getValue()));
    }

    @Override
    public SparkConf conf() {
      return new SparkConf(false);
    }

    @Override
    public String hostname() {
      return "localhost";
    }

    @Override
    public Map<String, ResourceInformation> resources() {
      return Map.of();
    }

    @Override
    public void send(Object message) throws IOException {
      if (receiver == null) {
        throw new IOException("The driver is gone.");
      }
      try {
        assertThat(receiver.receive(message)).isNull();
      } catch (Exception e) {
        throw new IOException(e);
      }
    }

    @Override
    public Object ask(Object message) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void anExecutorShowsItsEnginesAsTheyAre() {
    Context context = new Context("1", null);
    ExecutorMetrics plugin = new ExecutorMetrics(engines);
    engines.watch(() -> StatsForTests.of(9, 0)).close(); // of an earlier session
    plugin.init(context, Map.of());
    assertThat(context.gauges()).containsEntry("engine.engines", 0L);
    engines.watch(() -> StatsForTests.of(4, 3));
    assertThat(context.gauges())
        .containsEntry("engine.engines", 1L)
        .containsEntry("engine.prompt_tokens", 480L)
        .containsEntry("engine.cached_tokens", 80L)
        .containsEntry("engine.generated_tokens", 120L)
        .containsEntry("engine.prefill_seconds", 6.0)
        .containsEntry("engine.decode_seconds", 8.0)
        .containsEntry("engine.padding_share", 0.1)
        .containsEntry("engine.slots", 8L)
        .containsEntry("engine.slots_in_use", 3L)
        .containsEntry("engine.waiting_requests", 5L)
        .containsEntry("engine.feeds", 2L);
    plugin.onTaskSucceeded(); // that the driver is gone costs nothing
    plugin.shutdown();
  }

  @Test
  void theDriverShowsAllExecutorsTogetherAndEachForItself() {
    driverPlugin.init(null, driver);
    driverPlugin.registerMetrics("app", driver);
    assertThat(driver.gauges()).containsEntry("all.engines", 0L);
    executor("1", 4, 3).onTaskSucceeded();
    executor("2", 6, 5).onTaskFailed(null);

    assertThat(driver.gauges())
        .containsEntry("all.engines", 2L)
        .containsEntry("all.prefill_steps", 10L)
        .containsEntry("all.slots_in_use", 8L)
        .containsEntry("executor_1.prefill_steps", 4L)
        .containsEntry("executor_2.prefill_steps", 6L);
  }

  @Test
  void ofAnExecutorThatIsSilentNothingIsUnderWayAnyMore() {
    driverPlugin.init(null, driver);
    driverPlugin.registerMetrics("app", driver);
    executor("1", 4, 3).onTaskSucceeded();
    nanos.set(DriverMetrics.GONE_NANOS / 2);
    executor("2", 6, 5).onTaskSucceeded();
    nanos.set(DriverMetrics.GONE_NANOS + 1);

    assertThat(driver.gauges())
        .containsEntry("all.slots_in_use", 5L)
        .containsEntry("all.prefill_steps", 10L)
        .containsEntry("executor_1.slots_in_use", 0L)
        .containsEntry("executor_2.slots_in_use", 5L);
  }

  private ExecutorMetrics executor(String id, long steps, int slotsInUse) {
    ExecutorEngines own = new ExecutorEngines();
    ExecutorMetrics plugin = new ExecutorMetrics(own);
    plugin.init(new Context(id, driverPlugin), Map.of());
    own.watch(() -> StatsForTests.of(steps, slotsInUse));
    return plugin;
  }
}

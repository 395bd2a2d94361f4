package io.turnmill.job.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.inference.Metric;
import io.turnmill.job.testing.SparkForTests;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExecutorEnginesTest {
  private final ExecutorEngines engines = new ExecutorEngines();
  private final EngineTally tally = new EngineTally(SparkForTests.session());

  @Test
  void whatAnEngineDidIsHandedOutOnceHoweverManyTasksAsk() throws Exception {
    AtomicLong steps = new AtomicLong();
    engines.begin(tally);
    engines.watch(() -> StatsForTests.of(steps.get(), 1));
    ExecutorService tasks = Executors.newFixedThreadPool(8);
    try {
      var asked =
          IntStream.range(0, 800)
              .mapToObj(
                  i ->
                      tasks.submit(
                          () -> {
                            steps.incrementAndGet();
                            engines.handOut(tally);
                          }))
              .toList();
      for (Future<?> each : asked) {
        each.get();
      }
    } finally {
      tasks.shutdownNow();
    }
    assertThat(tally.sum(Metric.PREFILL_STEPS)).isEqualTo(800);
    assertThat(tally.sum(Metric.PROMPT_TOKENS)).isEqualTo(800 * 120);
    assertThat(tally.sum(Metric.ENGINES)).isOne();
    assertThat(tally.shown())
        .containsEntry("prefill_seconds", 1200.0)
        .containsEntry("replies", 4000L)
        .doesNotContainKey("slots_in_use");
  }

  @Test
  void whatAClosedEngineDidIsHandedOutToTheNextTask() {
    engines.begin(tally);
    ExecutorEngines.Watched failed = engines.watch(() -> StatsForTests.of(7, 3));
    failed.close();
    failed.close();
    engines.watch(() -> StatsForTests.of(2, 1));
    engines.handOut(tally);

    assertThat(tally.sum(Metric.DECODE_STEPS)).isEqualTo(3 * (7 + 2));
    assertThat(tally.sum(Metric.ENGINES)).isEqualTo(2);
    assertThat(engines.reading().get(Metric.SLOTS_IN_USE)).isOne();
    assertThat(engines.reading().paddingShare()).isEqualTo(0.1);
  }

  @Test
  void whatAnEarlierRunLeftIsNotTheNextOnes() {
    EngineTally next = new EngineTally(SparkForTests.session());
    engines.begin(tally);
    AtomicLong steps = new AtomicLong(5);
    engines.watch(() -> StatsForTests.of(steps.get(), 0));
    engines.begin(next);
    steps.set(6);
    engines.begin(next);
    engines.handOut(next);

    assertThat(next.sum(Metric.PREFILL_STEPS)).isEqualTo(1);
    assertThat(tally.sum(Metric.PREFILL_STEPS)).isZero();
  }
}

package io.turnmill.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.engine.ModelIdentity;
import io.turnmill.inference.Backend;
import io.turnmill.inference.Feed;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Metric;
import io.turnmill.inference.Metrics;
import io.turnmill.inference.StopCheck;
import io.turnmill.token.TokenIds;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where time goes, and that tasks and engine spend it at once. */
@Timeout(60)
class EngineTimeTest {
  private static final long PASS_MILLIS = 5;
  private static final long CHECK_MILLIS = 3;
  private static final long READ_MILLIS = 100;

  /** Bounds that hold on the slowest machine: no sleep is shorter than was asked for. */
  @Test
  void timeIsCountedWhereItGoes() throws Exception {
    long start = System.nanoTime();
    FakeForwardPass pass = new FakeForwardPass(50, 0, 0).beforeForward(batch -> sleep(PASS_MILLIS));
    try (Backend engine = DecoderEngine.start(pass, FakeEngine.CONFIG, ModelIdentity.NONE);
        Feed<OneRequest> feed = engine.open(1)) {
      for (int i = 0; i < 2; i++) {
        sleep(READ_MILLIS);
        feed.submit(new OneRequest(checkedSlowly(10)));
        feed.take();
      }
      Metrics stats = engine.metrics();
      assertThat(stats.get(Metric.PREFILL_STEPS)).isEqualTo(2);
      assertThat(stats.get(Metric.DECODE_STEPS)).isEqualTo(18);
      assertThat(stats.get(Metric.PREFILL)).isGreaterThanOrEqualTo(millis(2 * PASS_MILLIS));
      assertThat(stats.get(Metric.DECODE)).isGreaterThanOrEqualTo(millis(18 * PASS_MILLIS));
      assertThat(stats.get(Metric.HOST)).isGreaterThanOrEqualTo(millis(20 * CHECK_MILLIS));
      assertThat(stats.get(Metric.IDLE))
          .as("the engine waits while a task that has nothing under way reads")
          .isGreaterThanOrEqualTo(millis(READ_MILLIS));
      assertThat(
              stats.get(Metric.PREFILL)
                  + stats.get(Metric.DECODE)
                  + stats.get(Metric.HOST)
                  + stats.get(Metric.IDLE))
          .as("nothing twice")
          .isLessThanOrEqualTo(System.nanoTime() - start);
    }
  }

  /**
   * To read a row takes as long as two passes, and is not over before the engine has run them: so
   * all reading takes place beside passes, or never ends.
   */
  @Test
  void theEngineComputesWhileATaskReads() throws Exception {
    int rows = 40;
    AtomicInteger passes = new AtomicInteger();
    FakeForwardPass pass =
        new FakeForwardPass(50, 0, 0)
            .beforeForward(
                batch -> {
                  sleep(1);
                  passes.incrementAndGet();
                });
    EngineConfig config = new EngineConfig(8, 64, 128);
    try (Backend engine = DecoderEngine.start(pass, config, ModelIdentity.NONE);
        Feed<OneRequest> feed = engine.open(8)) {
      int read = 0;
      int taken = 0;
      while (taken < rows) {
        while (feed.hasRoom() && read < rows) {
          int begun = passes.get();
          while (read > 0 && passes.get() < begun + 2) {
            Thread.onSpinWait();
          }
          feed.submit(new OneRequest(OneRequest.greedy(TokenIds.of(read), 40, Set.of())));
          read++;
        }
        feed.take();
        taken++;
      }
    }
    assertThat(passes).hasValueGreaterThanOrEqualTo(2 * (rows - 1));
  }

  private static Generate checkedSlowly(int tokens) {
    StopCheck slow =
        token -> {
          sleep(CHECK_MILLIS);
          return false;
        };
    return OneRequest.greedy(TokenIds.of(1, 2, 3), tokens, 0, Set.of(), slow);
  }

  private static long millis(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

package io.turnmill.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.engine.ModelIdentity;
import io.turnmill.engine.decode.DecoderEngine.Hooks;
import io.turnmill.engine.decode.SuspendedSequences.Backoff;
import io.turnmill.inference.Backend;
import io.turnmill.inference.Feed;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Metric;
import io.turnmill.inference.Metrics;
import io.turnmill.inference.StopCheck;
import io.turnmill.testing.FakeForwardPass;
import io.turnmill.testing.OneRequest;
import io.turnmill.token.TokenIds;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where time goes, and that tasks and engine spend it at once. */
@Timeout(60)
class EngineTimeTest {
  private static final long PASS_NANOS = 5_000_000;
  private static final long CHECK_NANOS = 3_000_000;
  private static final long READ_NANOS = 100_000_000;
  private static final Duration LOOK_AGAIN = Duration.ofMillis(1);

  /** What the clock shows; only what takes time moves it on. */
  private final AtomicLong clock = new AtomicLong();

  @Test
  void timeIsCountedWhereItGoes() throws Exception {
    AtomicReference<Thread> engineThread = new AtomicReference<>();
    FakeForwardPass pass =
        new FakeForwardPass(50, 0, 0)
            .beforeForward(
                batch -> {
                  engineThread.set(Thread.currentThread());
                  clock.addAndGet(PASS_NANOS);
                });
    Hooks hooks = new Hooks(Backoff.USUAL, Scheduler::verifyIntegrity, clock::get);
    try (Backend engine = DecoderEngine.start(pass, FakeEngine.CONFIG, ModelIdentity.NONE, hooks);
        Feed<OneRequest> feed = engine.open(1)) {
      feed.submit(new OneRequest(checkedSlowly(10)));
      feed.take();
      awaitMessages(engineThread.get());
      clock.addAndGet(READ_NANOS);
      feed.submit(new OneRequest(checkedSlowly(10)));
      feed.take();

      Metrics stats = engine.metrics();
      assertThat(stats.get(Metric.PREFILL_STEPS)).isEqualTo(2);
      assertThat(stats.get(Metric.DECODE_STEPS)).isEqualTo(18);
      assertThat(stats.get(Metric.PREFILL)).isEqualTo(2 * PASS_NANOS);
      assertThat(stats.get(Metric.DECODE)).isEqualTo(18 * PASS_NANOS);
      assertThat(stats.get(Metric.HOST)).isEqualTo(20 * CHECK_NANOS);
      assertThat(stats.get(Metric.IDLE))
          .as("the engine waits while a task that has nothing under way reads")
          .isEqualTo(READ_NANOS);
    }
  }

  /** Until a thread waits for messages, which is all that an engine waits for with a limit. */
  private static void awaitMessages(Thread engine) {
    while (engine.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
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
    Semaphore allowed = new Semaphore(0);
    FakeForwardPass pass =
        new FakeForwardPass(50, 0, 0)
            .beforeForward(
                batch -> {
                  allowed.acquireUninterruptibly();
                  passes.incrementAndGet();
                });
    EngineConfig config = new EngineConfig(8, 64, 128);
    try (Backend engine = DecoderEngine.start(pass, config, ModelIdentity.NONE);
        Feed<OneRequest> feed = engine.open(8)) {
      try {
        int read = 0;
        int taken = 0;
        while (taken < rows) {
          while (feed.hasRoom() && read < rows) {
            if (read > 0) {
              int begun = passes.get();
              allowed.release(2);
              while (passes.get() < begun + 2) {
                Thread.onSpinWait();
              }
            }
            feed.submit(new OneRequest(OneRequest.greedy(TokenIds.of(read), 40, Set.of())));
            read++;
          }
          takeOne(feed, allowed);
          taken++;
        }
      } finally {
        allowed.release(Integer.MAX_VALUE / 2); // the engine ends after its present pass
      }
    }
    assertThat(passes).hasValueGreaterThanOrEqualTo(2 * (rows - 1));
  }

  /** Lets the engine run one pass after the other until a row is done. */
  private static void takeOne(Feed<OneRequest> feed, Semaphore allowed)
      throws InterruptedException {
    Optional<OneRequest> done = feed.poll();
    while (done.isEmpty()) {
      if (allowed.availablePermits() == 0) {
        allowed.release();
      }
      done = feed.take(LOOK_AGAIN);
    }
    allowed.drainPermits();
  }

  private Generate checkedSlowly(int tokens) {
    StopCheck slow =
        token -> {
          clock.addAndGet(CHECK_NANOS);
          return false;
        };
    return OneRequest.greedy(TokenIds.of(1, 2, 3), tokens, 0, Set.of(), slow);
  }
}

package io.turnmill.job.executor;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.inference.Backend;
import io.turnmill.job.executor.ExecutorModels.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks that come and go at the same time, and an engine that ends under them. */
@Timeout(60)
class ConcurrentModelsTest {
  private static final ExecutorModels.Timer NO_TIMER = (delay, action) -> {};

  private final ExecutorModels models = new ExecutorModels(NO_TIMER, Duration.ofSeconds(60));

  @BeforeEach
  void nothingWasLoaded() {
    CountedLoader.reset();
  }

  @AfterEach
  void closeAll() {
    models.closeIdle();
  }

  @Test
  void tasksThatComeAtOnceLoadOneModelAndTheLastOneOutClosesIt() throws Exception {
    int tasks = 16;
    for (int round = 1; round <= 20; round++) {
      CyclicBarrier together = new CyclicBarrier(tasks);
      Set<Backend> engines =
          inEachOf(
              tasks,
              () -> {
                together.await();
                try (Lease lease = models.lease(new CountedLoader(0))) {
                  Backend engine = lease.runtime().backend();
                  together.await(); // all have one now
                  assertThat(engine.isAlive()).isTrue();
                  return Set.of(engine);
                }
              });
      assertThat(engines).hasSize(1).noneMatch(Backend::isAlive);
      assertThat(CountedLoader.LOADED).hasValue(round);
    }
  }

  @Test
  void tasksThatComeAndGoAtAnyMomentHoldALivingModelAndNoneIsLeft() throws Exception {
    Set<Backend> engines =
        inEachOf(
            8,
            () -> {
              Set<Backend> held = new HashSet<>();
              for (int turn = 0; turn < 30; turn++) {
                try (Lease lease = models.lease(new CountedLoader(0))) {
                  held.add(lease.runtime().backend());
                  assertThat(lease.runtime().backend().isAlive()).isTrue();
                }
              }
              return held;
            });
    assertThat(engines).hasSize(CountedLoader.LOADED.get()).noneMatch(Backend::isAlive);
    assertThat(CountedLoader.OVERLAPS).hasValue(0);
  }

  @Test
  void aNewModelWaitsForTheMemoryOfTheDeadOneThoughATaskStillHoldsThat() throws Exception {
    Lease first = models.lease(new CountedLoader(60));
    CompletableFuture<Void> end = dies(first.runtime().backend());
    FutureTask<Lease> next = new FutureTask<>(() -> models.lease(new CountedLoader(60)));
    Thread task = new Thread(next);
    task.start();
    while (task.getState() != Thread.State.TIMED_WAITING && CountedLoader.LOADED.get() == 1) {
      Thread.onSpinWait();
    }
    CountedLoader.allowGivingBack();
    try (Lease second = next.get()) {
      assertThat(second.runtime().backend().isAlive()).isTrue();
    }
    assertThat(CountedLoader.LOADED).hasValue(2);
    assertThat(CountedLoader.OVERLAPS).hasValue(0);
    end.join();
    first.close();
  }

  @Test
  void memoryThatIsNeverGivenBackIsNotWaitedForForever() {
    ExecutorModels impatient = new ExecutorModels(NO_TIMER, Duration.ofMillis(1));
    Lease first = impatient.lease(new CountedLoader(60));
    CompletableFuture<Void> end = dies(first.runtime().backend());
    try (Lease second = impatient.lease(new CountedLoader(60))) {
      assertThat(second.runtime().backend().isAlive()).isTrue();
    }
    assertThat(CountedLoader.OVERLAPS).hasValue(1);
    CountedLoader.allowGivingBack();
    end.join();
    first.close();
    impatient.closeIdle();
  }

  /** The engine ends, and its memory is not given back before the test allows it. */
  private static CompletableFuture<Void> dies(Backend engine) {
    CountedLoader.forbidGivingBack();
    CompletableFuture<Void> end = CompletableFuture.runAsync(engine::close);
    while (!CountedLoader.GIVING_BACK.get()) {
      Thread.onSpinWait();
    }
    return end;
  }

  /** All that so many threads say, each of which does {@code work}. */
  private static Set<Backend> inEachOf(int threads, Callable<Set<Backend>> work) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Set<Backend>>> results = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        results.add(pool.submit(work));
      }
      Set<Backend> all = new HashSet<>();
      for (Future<Set<Backend>> result : results) {
        all.addAll(result.get());
      }
      return all;
    } finally {
      pool.shutdown();
    }
  }
}

package io.turnmill.job.quarantine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks of one process that have sessions in flight together, or one of them alone. */
@Timeout(30)
class ExclusiveGateTest {
  private final ExclusiveGate gate = new ExclusiveGate();

  /** What a task does that may have to wait. */
  @FunctionalInterface
  private interface Waiting {
    void now() throws InterruptedException;
  }

  private static CompletableFuture<Void> inAnotherThread(Waiting waiting) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            waiting.now();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Test
  void whoWantsToBeAloneWaitsUntilAllOthersHaveLeftAndKeepsNewOnesOut() throws Exception {
    ExclusiveGate.Stay first = gate.stay(() -> {});
    ExclusiveGate.Stay second = gate.stay(() -> {});
    ExclusiveGate.Stay alone = gate.stay(() -> {});
    ExclusiveGate.Stay late = gate.stay(() -> {});
    first.enter();
    second.enter();
    assertThat(first.isWaitedFor()).isFalse();

    CompletableFuture<Void> isAlone = inAnotherThread(alone::enterAlone);
    while (!first.isWaitedFor()) {
      Thread.onSpinWait();
    }
    CompletableFuture<Void> isLate = inAnotherThread(late::enter);
    first.close();
    assertThat(second.isWaitedFor()).isTrue();
    assertThat(isAlone).isNotDone();
    second.close();
    isAlone.get(20, TimeUnit.SECONDS);
    assertThat(isLate).isNotDone();
    alone.close();
    isLate.get(20, TimeUnit.SECONDS);
    assertThat(late.isWaitedFor()).isFalse();
  }

  @Test
  void whoeverMustEndWhileItWaitsEndsAndIsInNobodysWay() throws Exception {
    AtomicBoolean killed = new AtomicBoolean();
    Runnable check =
        () -> {
          if (killed.get()) {
            throw new CancellationException("killed");
          }
        };
    ExclusiveGate.Stay first = gate.stay(() -> {});
    ExclusiveGate.Stay second = gate.stay(check);
    first.enter();
    CompletableFuture<Void> isAlone = inAnotherThread(second::enterAlone);
    while (!first.isWaitedFor()) {
      Thread.onSpinWait();
    }
    killed.set(true);
    assertThatThrownBy(isAlone::join).hasMessageContaining("killed");
    assertThat(first.isWaitedFor()).isFalse();

    ExclusiveGate.Stay third = gate.stay(() -> {});
    third.enter();
    third.close();
    first.close();
    third.enterAlone();
    assertThatThrownBy(gate.stay(check)::enter).hasMessage("killed");
    third.close();
  }

  /** A stay that waits looks now and then whether it must end; it waits all the same. */
  @Test
  void aStayIsWaitedForWithoutAPause() throws Exception {
    ExclusiveGate.Stay first = gate.stay(() -> {});
    first.enter();
    List<Boolean> seen = new CopyOnWriteArrayList<>();
    CountDownLatch looks = new CountDownLatch(5);
    ExclusiveGate.Stay alone =
        gate.stay(
            () -> {
              seen.add(first.isWaitedFor());
              looks.countDown();
            });
    CompletableFuture<Void> isAlone = inAnotherThread(alone::enterAlone);
    looks.await();
    assertThat(seen).doesNotContain(false);

    first.close();
    isAlone.get(20, TimeUnit.SECONDS);
    alone.close();
  }

  @Test
  void twoThatWantToBeAloneAreSoOneAfterTheOther() throws Exception {
    ExclusiveGate.Stay first = gate.stay(() -> {});
    ExclusiveGate.Stay second = gate.stay(() -> {});
    first.enterAlone();
    first.enterAlone();
    CompletableFuture<Void> then = inAnotherThread(second::enterAlone);
    assertThat(then).isNotDone();
    first.close();
    then.get(20, TimeUnit.SECONDS);
    second.close();
    first.enter();
    first.close();
  }
}

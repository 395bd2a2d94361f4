package io.turnmill.job.quarantine;

import io.turnmill.job.executor.TaskKill;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Says which tasks of this JVM may have sessions in flight. As long as all is well, every task at
 * once. A session that may be what kills executors is in flight alone: other tasks hold theirs back
 * and wait, so that the loss of the executor can be put down to that session.
 */
public final class ExclusiveGate {
  /** All tasks of a JVM live and die together. */
  public static final ExclusiveGate OF_THIS_JVM = new ExclusiveGate();

  private static final int ALL = Integer.MAX_VALUE;

  private final Semaphore permits = new Semaphore(ALL, true);

  /** Held while a stay waits for its permits, so that later ones cannot overtake it. */
  private final Semaphore door = new Semaphore(1, true);

  /**
   * How many stays wait to be alone. The queue of {@code permits} does not tell: a stay that waits
   * leaves it now and then, to look whether its task is killed.
   */
  private final AtomicInteger waitingToBeAlone = new AtomicInteger();

  /** The stay of one task, which has nothing in flight when it enters. For one thread. */
  final class Stay implements AutoCloseable {
    private final Runnable whileWaiting;
    private int held;

    private Stay(Runnable whileWaiting) {
      this.whileWaiting = whileWaiting;
    }

    /** Enters beside others; waits while another stay is alone, or waits to be. */
    void enter() throws InterruptedException {
      acquire(1);
    }

    /** Waits until no other stay is inside, and keeps others out. */
    void enterAlone() throws InterruptedException {
      waitingToBeAlone.incrementAndGet();
      try {
        acquire(ALL);
      } finally {
        waitingToBeAlone.decrementAndGet();
      }
    }

    private void acquire(int wanted) throws InterruptedException {
      if (held == wanted) {
        return;
      }
      close();
      await(door, 1);
      try {
        await(permits, wanted);
        held = wanted;
      } finally {
        door.release();
      }
    }

    private void await(Semaphore semaphore, int wanted) throws InterruptedException {
      do {
        whileWaiting.run();
      } while (!semaphore.tryAcquire(
          wanted, TaskKill.LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** Whether another stay waits until this task has nothing in flight. */
    boolean isWaitedFor() {
      return held == 1 && waitingToBeAlone.get() > 0;
    }

    /** Leaves; nothing is in flight. */
    @Override
    public void close() {
      permits.release(held);
      held = 0;
    }
  }

  /**
   * Begins the stay of a task.
   *
   * @param whileWaiting called now and then by a stay that waits, which ends with what it throws
   */
  public Stay stay(Runnable whileWaiting) {
    return new Stay(whileWaiting);
  }
}

package io.turnmill.job.infer;

/**
 * Who of the tasks of this JVM has sessions in flight. As long as all is well, every task at once.
 * A session that may be what kills executors flies alone: others hold theirs back and wait, so that
 * a death accuses nobody else.
 */
final class Deck {
  /** All tasks of a JVM live and die together. */
  static final Deck OF_THIS_JVM = new Deck();

  private int together;
  private boolean alone;
  private int waitingToBeAlone;

  /** The stay of one task, which has nothing in flight when it enters. For one thread. */
  final class Stay implements AutoCloseable {
    private final Runnable whileWaiting;
    private boolean isTogether;
    private boolean isAlone;

    private Stay(Runnable whileWaiting) {
      this.whileWaiting = whileWaiting;
    }

    /** Enters beside others; waits while one is alone, or wants to be. */
    void enter() throws InterruptedException {
      if (isTogether) {
        return;
      }
      close();
      synchronized (Deck.this) {
        while (alone || waitingToBeAlone > 0) {
          waitAWhile();
        }
        together++;
      }
      isTogether = true;
    }

    /** Waits until nobody else has anything in flight, and keeps others out. */
    void enterAlone() throws InterruptedException {
      if (isAlone) {
        return;
      }
      close();
      synchronized (Deck.this) {
        waitingToBeAlone++;
        try {
          while (alone || together > 0) {
            waitAWhile();
          }
          alone = true;
        } finally {
          waitingToBeAlone--;
          Deck.this.notifyAll();
        }
      }
      isAlone = true;
    }

    /** Until another enters or leaves, or it is time for a look. */
    private void waitAWhile() throws InterruptedException {
      whileWaiting.run();
      Deck.this.wait(TaskKill.LOOK_AGAIN.toMillis());
    }

    /** Whether one waits until this task has nothing in flight. */
    boolean isWaitedFor() {
      synchronized (Deck.this) {
        return isTogether && waitingToBeAlone > 0;
      }
    }

    /** Leaves; nothing is in flight. */
    @Override
    public void close() {
      synchronized (Deck.this) {
        together -= isTogether ? 1 : 0;
        alone &= !isAlone;
        Deck.this.notifyAll();
      }
      isTogether = false;
      isAlone = false;
    }
  }

  /**
   * @param whileWaiting called now and then by a stay that waits, which ends with what it throws
   */
  Stay stay(Runnable whileWaiting) {
    return new Stay(whileWaiting);
  }
}

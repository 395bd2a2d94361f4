package io.turnmill.engine;

/** Waits for threads to end. */
public final class Joining {
  private Joining() {}

  /** Returns when {@code thread} has ended; an interrupt of the caller is kept for later. */
  public static void uninterrupted(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

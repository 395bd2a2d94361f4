package io.turnmill.job.fetch;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** A few threads that do one thing to each of many. */
final class Crew implements AutoCloseable {
  /** A read from a store that ignores interrupts ends with its own time-out. */
  private static final long LIMIT_END_SECONDS = 60;

  private final ExecutorService threads;
  private volatile boolean failed;

  /** What is done; may fail as reads and writes do. */
  @FunctionalInterface
  interface Action<T> {
    void accept(T one) throws IOException;
  }

  Crew(int size) {
    threads =
        Executors.newFixedThreadPool(
            size,
            task -> {
              Thread thread = new Thread(task, "turnmill-fetch");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Waits until all is done. The first failure, or an interrupt of this thread, stops the others.
   */
  <T> void each(List<T> all, Action<T> action) throws IOException {
    ExecutorCompletionService<Void> done = new ExecutorCompletionService<>(threads);
    List<Future<Void>> begun = new ArrayList<>();
    for (T one : all) {
      begun.add(
          done.submit(
              () -> {
                if (!failed) {
                  attempt(one, action);
                }
                return null;
              }));
    }
    try {
      for (int i = 0; i < begun.size(); i++) {
        done.take().get();
      }
    } catch (ExecutionException e) {
      throw unwrapped(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while fetching");
    }
  }

  /** Nothing more is begun behind a failure, not even before anybody hears of it. */
  private <T> void attempt(T one, Action<T> action) throws IOException {
    boolean done = false;
    try {
      action.accept(one);
      done = true;
    } finally {
      if (!done) {
        failed = true;
      }
    }
  }

  /** Interrupts what is still under way, and waits for its end. */
  @Override
  public void close() {
    threads.shutdownNow();
    boolean interrupted = Thread.interrupted();
    try {
      if (!threads.awaitTermination(LIMIT_END_SECONDS, TimeUnit.SECONDS)) {
        Fetch.LOG.warn("A read did not end within {} s.", LIMIT_END_SECONDS);
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static IOException unwrapped(ExecutionException e) {
    Throwable cause = e.getCause();
    if (cause instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof IOException io ? io : new InterruptedIOException(e.getMessage());
  }
}

package io.turnmill.job.report;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Asks for the counts twice a second and shows them, from a thread of its own, until it is closed.
 * Progress must not cost a run: a source that throws ends the display and nothing else.
 */
public final class ProgressTicker implements AutoCloseable {
  private static final long TICK_MILLIS = 500;

  private final ScheduledExecutorService thread;
  private final Progress progress;

  private ProgressTicker(ScheduledExecutorService thread, Progress progress) {
    this.thread = thread;
    this.progress = progress;
  }

  public static ProgressTicker start(Progress progress, Supplier<ProgressCounts> source) {
    ScheduledExecutorService thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread daemon = new Thread(task, "turnmill-progress");
              daemon.setDaemon(true);
              return daemon;
            });
    // A throwing task is not run again: that is the behaviour wanted here.
    var unused =
        thread.scheduleAtFixedRate(
            () -> progress.update(source.get()), 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
    return new ProgressTicker(thread, progress);
  }

  @Override
  public void close() {
    thread.shutdownNow();
    try {
      boolean unused = thread.awaitTermination(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    progress.finish();
  }
}

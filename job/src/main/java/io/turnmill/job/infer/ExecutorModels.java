package io.turnmill.job.infer;

import io.turnmill.runtime.ModelRuntime;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * The models of this JVM: each is loaded once, by the first task that asks, leased to every task,
 * and closed when no task has held it for a while.
 */
public final class ExecutorModels {
  /** Long enough for the next stage or the next wave of tasks, short enough not to keep memory. */
  private static final long KEEP_ALIVE_SECONDS = 60;

  private static final Map<String, Entry> BY_IDENTITY = new HashMap<>();

  private static final ScheduledExecutorService CLOSER =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "turnmill-model-closer");
            thread.setDaemon(true);
            return thread;
          });

  private ExecutorModels() {}

  private static final class Entry {
    private ModelRuntime runtime;
    private int leases;
    private ScheduledFuture<?> closing;

    /** Loads under the entry's own lock: other tasks of the same model wait, others do not. */
    synchronized ModelRuntime acquire(ModelLoader loader) {
      if (closing != null) {
        closing.cancel(false);
        closing = null;
      }
      if (runtime != null && !runtime.engine().isAlive()) {
        runtime.close();
        runtime = null;
      }
      if (runtime == null) {
        runtime = loader.load();
      }
      leases++;
      return runtime;
    }

    synchronized void release() {
      leases--;
      if (leases == 0) {
        closing = CLOSER.schedule(this::closeIfIdle, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS);
      }
    }

    synchronized void closeIfIdle() {
      if (leases == 0 && runtime != null) {
        runtime.close();
        runtime = null;
      }
    }
  }

  /** One task's hold on a model; closed once, when the task ends. */
  static final class Lease implements AutoCloseable {
    private final Entry entry;
    private final ModelRuntime runtime;
    private boolean closed;

    private Lease(Entry entry, ModelRuntime runtime) {
      this.entry = entry;
      this.runtime = runtime;
    }

    ModelRuntime runtime() {
      return runtime;
    }

    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        entry.release();
      }
    }
  }

  /** Leases the model that {@code loader} loads; blocks while another task loads it. */
  static Lease lease(ModelLoader loader) {
    Entry entry;
    synchronized (BY_IDENTITY) {
      entry = BY_IDENTITY.computeIfAbsent(loader.identity(), identity -> new Entry());
    }
    return new Lease(entry, entry.acquire(loader));
  }

  /** Closes every model that no task holds; for the end of a run in local mode. */
  public static void closeIdle() {
    synchronized (BY_IDENTITY) {
      BY_IDENTITY.values().forEach(Entry::closeIfIdle);
    }
  }
}

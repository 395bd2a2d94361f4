package io.turnmill.job.infer;

import io.turnmill.engine.EngineException;
import io.turnmill.job.metrics.ExecutorEngines;
import io.turnmill.runtime.ModelRuntime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of this JVM: each is loaded once, by the first task that asks, leased to every task,
 * and closed when no task has held it for a while.
 */
public final class ExecutorModels {
  /** Long enough for the next stage or the next wave of tasks, short enough not to keep memory. */
  private static final long KEEP_ALIVE_SECONDS = 60;

  private static final Logger LOG = LoggerFactory.getLogger(ExecutorModels.class);

  private static final Map<String, Entry> BY_IDENTITY = new HashMap<>();

  private static final ScheduledExecutorService CLOSER =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "turnmill-model-closer");
            thread.setDaemon(true);
            return thread;
          });

  private ExecutorModels() {}

  /** One model and who holds it. A runtime whose engine has died gives way to a new one. */
  private static final class Entry {
    private Held current;

    /** Loads under the entry's own lock: other tasks of the same model wait, others do not. */
    synchronized Held acquire(ModelLoader loader) {
      if (current != null && !current.runtime.engine().isAlive()) {
        // Its last holder closes it; native memory must not go while a task is still encoding.
        current.retire();
        current = null;
      }
      if (current == null) {
        current = new Held(loader.load());
      }
      current.take();
      return current;
    }

    synchronized void closeIfIdle() {
      if (current != null && current.closeIfIdle()) {
        current = null;
      }
    }
  }

  /** A loaded model with the number of its leases; closed once, when nobody holds it. */
  private static final class Held {
    private final ModelRuntime runtime;
    private final ExecutorEngines.Watched engine;
    private int leases;
    private boolean retired;
    private boolean closed;

    Held(ModelRuntime runtime) {
      this.runtime = runtime;
      this.engine = ExecutorEngines.here().watch(runtime.engine()::stats);
    }

    synchronized void take() {
      leases++;
    }

    /** True when this was the last lease of a model that may stay for a while. */
    synchronized boolean release() {
      leases--;
      if (leases == 0 && retired) {
        close();
      }
      return leases == 0 && !retired;
    }

    synchronized void retire() {
      retired = true;
      if (leases == 0) {
        close();
      }
    }

    synchronized boolean closeIfIdle() {
      if (leases == 0) {
        close();
      }
      return closed;
    }

    private void close() {
      if (!closed) {
        closed = true;
        try {
          runtime.close();
        } catch (EngineException e) {
          // The engine had failed already; its tasks know. The next model must load all the same.
          LOG.warn("A failed engine could not be closed: {}", e.getMessage());
        } finally {
          engine.close();
        }
      }
    }
  }

  /** One task's hold on a model; closed once, when the task ends. */
  static final class Lease implements AutoCloseable {
    private final Entry entry;
    private final Held held;
    private boolean closed;

    private Lease(Entry entry, Held held) {
      this.entry = entry;
      this.held = held;
    }

    ModelRuntime runtime() {
      return held.runtime;
    }

    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        if (held.release()) {
          var unused = CLOSER.schedule(entry::closeIfIdle, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS);
        }
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
    List<Entry> entries;
    synchronized (BY_IDENTITY) {
      entries = List.copyOf(BY_IDENTITY.values());
    }
    entries.forEach(Entry::closeIfIdle);
  }
}

package io.turnmill.job.executor;

import io.turnmill.inference.BackendException;
import io.turnmill.job.metrics.ExecutorEngines;
import io.turnmill.runtime.ModelRuntime;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of an executor: each is loaded once, by the first task that asks, leased to every
 * task, and closed when no task has held it for as long as its loader says. Models that can share
 * an engine do so, and are closed with it.
 */
public final class ExecutorModels {
  private static final Logger LOG = LoggerFactory.getLogger(ExecutorModels.class);

  /** An engine gives its memory back in seconds, unless it hangs on a device that is gone. */
  private static final Duration LONGEST_END = Duration.ofSeconds(60);

  private static final ExecutorModels HERE = new ExecutorModels(timer(), LONGEST_END);

  private final Map<String, Entry> byEngine = new HashMap<>();
  private final Timer timer;
  private final Duration longestEnd;

  /** Does something later, in a thread of its own. */
  interface Timer {
    void after(Duration delay, Runnable action);
  }

  /**
   * @param longestEnd how long a new model waits for the memory of one whose engine has died
   */
  ExecutorModels(Timer timer, Duration longestEnd) {
    this.timer = timer;
    this.longestEnd = longestEnd;
  }

  /** The models of this JVM. */
  public static ExecutorModels here() {
    return HERE;
  }

  private static Timer timer() {
    ScheduledExecutorService closer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "turnmill-model-closer");
              thread.setDaemon(true);
              return thread;
            });
    return (delay, action) -> {
      var unused = closer.schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS);
    };
  }

  /** One model and who holds it. A runtime whose engine has died gives way to a new one. */
  private static final class Entry {
    private Held current;

    /** Loads under the entry's own lock: other tasks of the same model wait, others do not. */
    synchronized Held acquire(ModelLoader loader, Duration longestEnd) {
      if (current != null && !current.runtime.isAlive()) {
        // Its last holder closes it: the tokenizer must not go while a task is still encoding.
        current.retire();
        current.awaitEnd(longestEnd);
        current = null;
      }
      if (current == null) {
        current = new Held(loader.identity(), loader.load());
      }
      current.take();
      return current;
    }

    /** Closes {@code held} unless a task has taken it since its lease number {@code lease}. */
    synchronized void closeUnlessTaken(Held held, long lease) {
      if (current == held && held.closeUnlessTaken(lease)) {
        current = null;
      }
    }

    synchronized void closeIfIdle() {
      if (current != null && current.closeIfIdle()) {
        current = null;
      }
    }
  }

  /** A loaded model with the number of its leases; closed once, when no task holds it. */
  private static final class Held {
    private final ModelRuntime runtime;
    private final ExecutorEngines.Watched engine;

    /** The models on this engine by their loaders' identities, {@link #runtime} among them. */
    private final Map<String, ModelRuntime> sharing = new HashMap<>();

    private int leases;

    /** The number of all leases, past and present. */
    private long taken;

    private boolean retired;
    private boolean closed;

    Held(String identity, ModelRuntime runtime) {
      this.runtime = runtime;
      this.engine = ExecutorEngines.here().watch(runtime::metrics);
      sharing.put(identity, runtime);
    }

    /** The model of a loader, on this engine; only for a task that holds it. */
    synchronized ModelRuntime runtime(ModelLoader loader) {
      return sharing.computeIfAbsent(loader.identity(), any -> loader.sharing(runtime));
    }

    synchronized void take() {
      leases++;
      taken++;
    }

    /** The number of all leases so far, when none is left and the model may stay for a while. */
    synchronized OptionalLong release() {
      leases--;
      if (leases == 0 && retired) {
        close();
      }
      return leases == 0 && !retired ? OptionalLong.of(taken) : OptionalLong.empty();
    }

    synchronized void retire() {
      retired = true;
      if (leases == 0) {
        close();
      }
    }

    /** There may be no room for two models. */
    void awaitEnd(Duration longest) {
      try {
        if (!runtime.awaitEnd(longest)) {
          LOG.warn(
              "A failed engine has not given its memory back; the next model is loaded anyway.");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("The task was interrupted.", e);
      }
    }

    synchronized boolean closeUnlessTaken(long lease) {
      return taken == lease && closeIfIdle();
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
          sharing.values().stream().filter(model -> model != runtime).forEach(ModelRuntime::close);
          runtime.close();
        } catch (BackendException e) {
          // The engine had failed already; its tasks know. The next model must load all the same.
          LOG.warn("A failed engine could not be closed: {}", e.getMessage());
        } finally {
          engine.close();
        }
      }
    }
  }

  /** One task's hold on a model; closed once, when the task ends. */
  public final class Lease implements AutoCloseable {
    private final Entry entry;
    private final Held held;
    private final ModelRuntime runtime;
    private final Duration keepAlive;
    private boolean closed;

    private Lease(Entry entry, Held held, ModelRuntime runtime, Duration keepAlive) {
      this.entry = entry;
      this.held = held;
      this.runtime = runtime;
      this.keepAlive = keepAlive;
    }

    public ModelRuntime runtime() {
      return runtime;
    }

    @Override
    public synchronized void close() {
      if (closed) {
        return;
      }
      closed = true;
      held.release().ifPresent(this::closeLater);
    }

    private void closeLater(long last) {
      if (keepAlive.isZero()) {
        entry.closeUnlessTaken(held, last);
      } else {
        timer.after(keepAlive, () -> entry.closeUnlessTaken(held, last));
      }
    }
  }

  /** Leases the model that {@code loader} loads; blocks while another task loads it. */
  public Lease lease(ModelLoader loader) {
    Entry entry = entry(loader);
    if (loader.replacesIdle()) {
      entries().stream().filter(other -> other != entry).forEach(Entry::closeIfIdle);
    }
    Held held = entry.acquire(loader, longestEnd);
    try {
      return new Lease(entry, held, held.runtime(loader), loader.keepAlive());
    } catch (RuntimeException | Error e) {
      held.release().ifPresent(last -> entry.closeUnlessTaken(held, last));
      throw e;
    }
  }

  private Entry entry(ModelLoader loader) {
    synchronized (byEngine) {
      return byEngine.computeIfAbsent(loader.engineIdentity(), identity -> new Entry());
    }
  }

  private List<Entry> entries() {
    synchronized (byEngine) {
      return List.copyOf(byEngine.values());
    }
  }

  /** Closes every model that no task holds; for the end of a run in local mode. */
  public void closeIdle() {
    entries().forEach(Entry::closeIfIdle);
  }
}

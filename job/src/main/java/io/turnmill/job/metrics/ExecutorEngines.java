package io.turnmill.job.metrics;

import io.turnmill.inference.Metrics;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The metrics of all engines of an executor, including closed ones. All tasks of the executor share
 * the engines, so each piece of work is handed out to one task only. Safe for all threads.
 */
public final class ExecutorEngines {
  private static final ExecutorEngines HERE = new ExecutorEngines();

  private final Set<Watched> open = new LinkedHashSet<>();

  /** The metrics of closed engines. */
  private Metrics past = Metrics.ZERO;

  private Metrics handedOut = Metrics.ZERO;

  /** The run that gets all work since {@link #handedOut}; empty before the first run. */
  private String run = "";

  ExecutorEngines() {}

  /** The engines of this JVM. */
  public static ExecutorEngines here() {
    return HERE;
  }

  /** An engine whose metrics are part of the sum. */
  public final class Watched implements AutoCloseable {
    private final Supplier<Metrics> stats;

    private Watched(Supplier<Metrics> stats) {
      this.stats = stats;
    }

    private Metrics reading() {
      return stats.get();
    }

    /** Takes that the engine is closed; its past work stays counted. */
    @Override
    public void close() {
      retire(this);
    }
  }

  /**
   * Adds an engine.
   *
   * @param stats reads the engine's metrics; may be called by any thread, and after the engine's
   *     end
   */
  public synchronized Watched watch(Supplier<Metrics> stats) {
    Watched engine = new Watched(stats);
    open.add(engine);
    return engine;
  }

  private synchronized void retire(Watched engine) {
    if (open.remove(engine)) {
      past = past.plus(engine.reading().past());
    }
  }

  /**
   * Says that work from now on belongs to the tally's run. Each task calls this before it asks for
   * a model.
   */
  public synchronized void begin(EngineTally tally) {
    if (!run.equals(tally.run())) {
      run = tally.run();
      handedOut = reading();
    }
  }

  /**
   * Adds to {@code tally} what was done since the previous call by any task. Only successful tasks
   * may call this: Spark drops what a failed task adds, so that it would not be counted at all.
   */
  public synchronized void handOut(EngineTally tally) {
    Metrics now = reading();
    tally.add(now.minus(handedOut));
    handedOut = now;
  }

  synchronized Metrics reading() {
    Metrics all = past;
    for (Watched engine : open) {
      all = all.plus(engine.reading());
    }
    return all;
  }
}

package io.turnmill.job.metrics;

import io.turnmill.inference.Metrics;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The engines of an executor together, those that are closed included. All tasks of the executor
 * share them, so what they did is handed out to one task, once. Safe for all threads.
 */
public final class ExecutorEngines {
  private static final ExecutorEngines HERE = new ExecutorEngines();

  private final Set<Watched> open = new LinkedHashSet<>();

  /** What closed engines did. */
  private Metrics past = Metrics.ZERO;

  private Metrics handedOut = Metrics.ZERO;

  /** The run to which all is handed out since {@link #handedOut}; empty before the first. */
  private String run = "";

  ExecutorEngines() {}

  /** The engines of this JVM. */
  public static ExecutorEngines here() {
    return HERE;
  }

  /** An engine whose metrics are taken. */
  public final class Watched implements AutoCloseable {
    private final Supplier<Metrics> stats;

    private Watched(Supplier<Metrics> stats) {
      this.stats = stats;
    }

    private Metrics reading() {
      return stats.get();
    }

    /** The engine is closed; what it did stays. */
    @Override
    public void close() {
      retire(this);
    }
  }

  /**
   * Takes an engine in.
   *
   * @param stats what it has done so far; for any thread, and after its end, too
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

  /** From now on work is that of the tally's run; for each task, before it asks for a model. */
  public synchronized void begin(EngineTally tally) {
    if (!run.equals(tally.run())) {
      run = tally.run();
      handedOut = reading();
    }
  }

  /**
   * Adds to {@code tally} what was done since the previous call by any task. For tasks that have
   * succeeded: what a failed one adds, Spark drops, and then it is counted nowhere.
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

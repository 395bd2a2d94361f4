package io.turnmill.job.cli;

import java.io.PrintStream;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * Prints one line when a run is ended from outside, and keeps Spark from logging what it was doing
 * at that moment.
 */
public final class Interruption implements AutoCloseable {
  /** A priority above that of Spark's own hook, which stops the jobs. */
  private static final int BEFORE_SPARK = 1000;

  private final Runnable hook;

  private Interruption(Runnable hook) {
    this.hook = hook;
  }

  /** Watches a run until it is closed. */
  public static Interruption watch(PrintStream err) {
    return watch(err, "the run is not complete. The same command resumes it.");
  }

  /**
   * Watches until it is closed.
   *
   * @param what is to be said of what was interrupted
   */
  public static Interruption watch(PrintStream err, String what) {
    Runnable hook =
        () -> {
          Configurator.setRootLevel(Level.OFF);
          err.println();
          err.println("turnmill: interrupted; " + what);
        };
    ShutdownHookManager.get().addShutdownHook(hook, BEFORE_SPARK);
    return new Interruption(hook);
  }

  @Override
  public void close() {
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get().removeShutdownHook(hook);
    }
  }
}

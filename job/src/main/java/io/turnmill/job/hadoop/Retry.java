package io.turnmill.job.hadoop;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries again what a store, a name node or a network could not do at the moment, after a pause that
 * doubles. What would fail again in the same way ({@link PermanentFailures}) is thrown at once, and
 * whatever still fails when the time is up as it came. What is tried must bear being done twice: an
 * answer may be lost after the work was done.
 */
public final class Retry {
  private static final Logger LOG = LoggerFactory.getLogger(Retry.class);

  private final Times times;
  private final LongSupplier nanoClock;
  private final Sleeper sleeper;
  private final Consumer<String> log;

  /**
   * How long it is tried.
   *
   * @param first pause, before the second attempt; each one after it is twice as long
   * @param longest pause
   * @param total from the first failure to the end of the last pause
   */
  public record Times(Duration first, Duration longest, Duration total) {
    /**
     * The times of a run under way: name nodes are restarted, and object stores are down, for
     * minutes.
     */
    public static final Times UNDER_WAY =
        new Times(Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofMinutes(10));

    /** Before anything is done, when somebody may wait to read that a name is mistyped. */
    public static final Times AT_START =
        new Times(Duration.ofMillis(500), Duration.ofSeconds(5), Duration.ofSeconds(30));
  }

  /** Something that reads or writes, and returns a value. */
  @FunctionalInterface
  public interface Action<T> {
    T call() throws IOException;
  }

  /** Something that reads or writes. */
  @FunctionalInterface
  public interface Step {
    void run() throws IOException;
  }

  /** Waits. */
  @FunctionalInterface
  public interface Sleeper {
    void sleep(Duration time) throws InterruptedException;
  }

  /**
   * @param nanoClock as {@link System#nanoTime()}
   * @param sleeper waits between two attempts
   * @param log takes a sentence for each wait, without conversation text and without secrets
   */
  public Retry(Times times, LongSupplier nanoClock, Sleeper sleeper, Consumer<String> log) {
    this.times = times;
    this.nanoClock = nanoClock;
    this.sleeper = sleeper;
    this.log = log;
  }

  /** Tries once. */
  public static Retry never() {
    return new Retry(
        new Times(Duration.ZERO, Duration.ZERO, Duration.ofNanos(-1)),
        System::nanoTime,
        time -> {},
        note -> {});
  }

  /** Waits by the machine's clock, and says so in the log. */
  public static Retry of(Times times) {
    return new Retry(
        times, System::nanoTime, time -> Thread.sleep(time.toMillis()), note -> LOG.warn(note));
  }

  /**
   * Does it until it succeeds.
   *
   * @param what is done, as a sentence about it begins: "reading hdfs://nn/out/run.json"
   * @throws IOException what the last attempt threw
   */
  public <T> T call(String what, Action<T> action) throws IOException {
    long begun = 0;
    Duration pause = times.first();
    for (int attempt = 1; ; attempt++) {
      try {
        return action.call();
      } catch (IOException | UncheckedIOException e) {
        long now = nanoClock.getAsLong();
        begun = attempt == 1 ? now : begun;
        Duration spent = Duration.ofNanos(now - begun);
        if (PermanentFailures.isPermanent(e) || Thread.currentThread().isInterrupted()) {
          throw e;
        }
        if (spent.plus(pause).compareTo(times.total()) > 0) {
          log.accept(
              String.format(
                  Locale.ROOT,
                  "%s failed %d times in %d s; it is not tried again.",
                  what,
                  attempt,
                  spent.toSeconds()));
          throw e;
        }
        log.accept("%s: %s; trying again in %s s.".formatted(what, reason(e), seconds(pause)));
        pause(pause, e);
        pause = min(pause.multipliedBy(2), times.longest());
      }
    }
  }

  /** Does the same as {@link #call} for what returns nothing. */
  public void run(String what, Step step) throws IOException {
    call(
        what,
        () -> {
          step.run();
          return what;
        });
  }

  private void pause(Duration time, Exception failure) throws InterruptedIOException {
    try {
      sleeper.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted =
          new InterruptedIOException("interrupted between two attempts");
      interrupted.initCause(failure);
      throw interrupted;
    }
  }

  /** The first line that says something, with the kind of exception where it says nothing. */
  private static String reason(Exception failure) {
    String kind = failure.getClass().getSimpleName();
    String said = failure.getMessage() == null ? "" : failure.getMessage();
    String first = said.lines().findFirst().orElse("").strip();
    return FileSystems.shown(first.isEmpty() ? kind : kind + ": " + first.replaceAll("\\.$", ""));
  }

  private static String seconds(Duration time) {
    return time.toMillis() % 1000 == 0
        ? Long.toString(time.toSeconds())
        : Double.toString(time.toMillis() / 1000.0);
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}

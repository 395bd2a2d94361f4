package io.turnmill.job.report;

import io.turnmill.job.terminal.HumanFormat;
import io.turnmill.job.terminal.Terminal;
import io.turnmill.job.terminal.TextWidth;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Shows how far a run is: one line that is written again and again on a terminal, else a plain line
 * now and then. Rates are those of the last minute. Used by one thread.
 */
public final class Progress {

  /** How progress is shown. */
  public enum Mode {
    /** Rewritten on a terminal, plain elsewhere. */
    AUTO,
    PLAIN,
    NONE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private record Sample(long nanos, ProgressCounts counts) {}

  private static final long WINDOW_NANOS = Duration.ofSeconds(60).toNanos();
  private static final long PLAIN_EVERY_NANOS = Duration.ofSeconds(10).toNanos();
  private static final String CLEAR_LINE = "\r\u001B[K";

  private final PrintStream stream;
  private final boolean rewriting;
  private final boolean silent;
  private final int columns;
  private final LongSupplier nanoClock;

  /** What is counted, for people. */
  private final String items;

  private final Deque<Sample> window = new ArrayDeque<>();
  private long printedAtNanos;

  /**
   * Progress on the error stream of a terminal.
   *
   * @param nanoClock as {@link System#nanoTime()}
   */
  public Progress(Terminal terminal, Mode mode, LongSupplier nanoClock) {
    this.stream = terminal.err();
    this.rewriting = mode == Mode.AUTO && terminal.interactive();
    this.silent = mode == Mode.NONE;
    this.columns = terminal.columns();
    this.nanoClock = nanoClock;
    this.items = "sessions";
    this.printedAtNanos = nanoClock.getAsLong();
  }

  private Progress(Progress like, String items) {
    this.stream = like.stream;
    this.rewriting = like.rewriting;
    this.silent = like.silent;
    this.columns = like.columns;
    this.nanoClock = like.nanoClock;
    this.items = items;
    this.printedAtNanos = nanoClock.getAsLong();
  }

  /** The progress of something else, from its beginning, at the same place. */
  public Progress of(String items) {
    return new Progress(this, items);
  }

  /** Takes the counts of this moment, and prints them if it is time for that. */
  public void update(ProgressCounts counts) {
    long now = nanoClock.getAsLong();
    window.addLast(new Sample(now, counts));
    while (window.size() > 2 && now - window.getFirst().nanos() > WINDOW_NANOS) {
      window.removeFirst();
    }
    if (silent || (!rewriting && now - printedAtNanos < PLAIN_EVERY_NANOS)) {
      return;
    }
    printedAtNanos = now;
    String line = line(items, counts, sessionsPerSecond(), tokensPerSecond());
    if (rewriting) {
      stream.print(CLEAR_LINE + TextWidth.cut(line, columns - 1));
      stream.flush();
    } else {
      stream.println(line);
    }
  }

  /** All is done: elsewhere than on a terminal a last line says so. */
  public void done(ProgressCounts counts) {
    if (!silent && !rewriting) {
      stream.println(line(items, counts, Double.NaN, Double.NaN));
    }
  }

  /** Removes the line from a terminal, so that the summary follows cleanly. */
  public void finish() {
    if (rewriting && !silent) {
      stream.print(CLEAR_LINE);
      stream.flush();
    }
  }

  /** The line itself; a rate that is not known is NaN, and that of a task that writes nothing 0. */
  static String line(
      String items, ProgressCounts counts, double sessionsPerSecond, double tokensPerSecond) {
    long left = counts.sessionsAll() - counts.sessionsDone();
    StringBuilder line =
        new StringBuilder(items).append(' ').append(HumanFormat.count(counts.sessionsDone()));
    if (counts.sessionsAll() > 0) {
      line.append(" of ").append(HumanFormat.count(counts.sessionsAll())).append(" (");
      line.append(HumanFormat.share(counts.sessionsDone(), counts.sessionsAll())).append(')');
    }
    if (Double.isFinite(tokensPerSecond) && tokensPerSecond > 0) {
      line.append(" · ").append(HumanFormat.rate(tokensPerSecond)).append(" tokens/s");
    }
    if (sessionsPerSecond > 0 && left > 0) {
      long seconds = (long) Math.ceil(left / sessionsPerSecond);
      line.append(" · ").append(HumanFormat.time(Duration.ofSeconds(seconds))).append(" left");
    }
    return line.toString();
  }

  private double sessionsPerSecond() {
    return perSecond(
        window.getLast().counts().sessionsDone() - window.getFirst().counts().sessionsDone());
  }

  private double tokensPerSecond() {
    return perSecond(
        window.getLast().counts().completionTokens()
            - window.getFirst().counts().completionTokens());
  }

  private double perSecond(long more) {
    long nanos = window.getLast().nanos() - window.getFirst().nanos();
    return HumanFormat.perSecond(more, Duration.ofNanos(nanos));
  }
}

package io.turnmill.engine.decode;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Sequences for whose next token alone the device had no memory. Whether the sequence is too large
 * or the device is short, because another process has taken memory, one fault does not tell: so the
 * sequence keeps its slot and what it has, and is tried again, alone, after a wait that doubles
 * each time. Others go on meanwhile. One token that is computed ends its time here; when none was
 * for {@link Backoff#totalNanos}, the sequence is given up, and nobody else is for that.
 */
final class SuspendedSequences {

  /**
   * How long is waited.
   *
   * @param firstNanos until the first new try
   * @param longestNanos between two tries
   * @param totalNanos from the first fault on; a try that fails after that is the last
   */
  record Backoff(long firstNanos, long longestNanos, long totalNanos) {

    /** Long enough for a neighbour on a shared device that loads a model or ends. */
    static final Backoff USUAL =
        new Backoff(
            TimeUnit.MILLISECONDS.toNanos(10),
            TimeUnit.SECONDS.toNanos(1),
            TimeUnit.SECONDS.toNanos(30));
  }

  private static final class Wait {
    private final Sequence sequence;
    private final long since;
    private long nanos;
    private long until;

    private Wait(Sequence sequence, long since, long nanos) {
      this.sequence = sequence;
      this.since = since;
      this.nanos = nanos;
      this.until = since + nanos;
    }
  }

  private final Backoff backoff;
  private final LongSupplier nanoClock;
  private final List<Wait> waits = new ArrayList<>();

  SuspendedSequences(Backoff backoff, LongSupplier nanoClock) {
    this.backoff = backoff;
    this.nanoClock = nanoClock;
  }

  List<Sequence> sequences() {
    return waits.stream().map(wait -> wait.sequence).toList();
  }

  boolean isEmpty() {
    return waits.isEmpty();
  }

  /** Another fault of a sequence, perhaps its first; false when it is to be given up. */
  boolean fault(Sequence sequence) {
    long now = nanoClock.getAsLong();
    Optional<Wait> known = find(sequence);
    if (known.isEmpty()) {
      waits.add(new Wait(sequence, now, backoff.firstNanos()));
      return true;
    }
    Wait wait = known.get();
    wait.nanos = Math.min(2 * wait.nanos, backoff.longestNanos());
    wait.until = now + wait.nanos;
    return now - wait.since < backoff.totalNanos();
  }

  /** Whose wait is over, the one that waits longest first. */
  Optional<Sequence> due() {
    long now = nanoClock.getAsLong();
    return waits.stream()
        .filter(wait -> wait.until - now <= 0)
        .min(Comparator.comparingLong(wait -> wait.until - now))
        .map(wait -> wait.sequence);
  }

  /** Until the next one is due; there must be one here. */
  long nanosToNextTry() {
    long now = nanoClock.getAsLong();
    return waits.stream().mapToLong(wait -> wait.until - now).min().orElseThrow();
  }

  /** False when it was not here. */
  boolean remove(Sequence sequence) {
    return waits.removeIf(wait -> wait.sequence == sequence);
  }

  private Optional<Wait> find(Sequence sequence) {
    return waits.stream().filter(wait -> wait.sequence == sequence).findFirst();
  }
}

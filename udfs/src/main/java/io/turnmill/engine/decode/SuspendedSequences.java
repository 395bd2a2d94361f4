package io.turnmill.engine.decode;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Sequences for which the device had no memory, even for one token alone. One fault does not tell
 * whether the sequence is too large or the device is short of memory because another process has
 * taken it. So the sequence keeps its slot and its tokens, and is tried again, alone, after a wait
 * that doubles each time. Other sequences continue meanwhile. A sequence is no longer suspended
 * after one token was computed; if none was for {@link Backoff#totalNanos}, it fails, and no other
 * sequence does.
 */
final class SuspendedSequences {

  /**
   * How long a sequence waits before it is tried again.
   *
   * @param firstNanos the wait before the first new try
   * @param longestNanos the longest wait between two tries
   * @param totalNanos the time since the first fault after which a try that fails is the last
   */
  record Backoff(long firstNanos, long longestNanos, long totalNanos) {

    /** Waits that are long enough for another process on the device to load a model or to end. */
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

  /** Takes a fault of a sequence, perhaps its first. Returns false when it is to be given up. */
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

  /** The sequence whose wait has been over for the longest time, if there is one. */
  Optional<Sequence> due() {
    long now = nanoClock.getAsLong();
    return waits.stream()
        .filter(wait -> wait.until - now <= 0)
        .min(Comparator.comparingLong(wait -> wait.until - now))
        .map(wait -> wait.sequence);
  }

  /** How long until the next sequence is due. There must be a suspended one. */
  long nanosToNextTry() {
    long now = nanoClock.getAsLong();
    return waits.stream().mapToLong(wait -> wait.until - now).min().orElseThrow();
  }

  /** Removes a sequence. Returns false when it was not suspended. */
  boolean remove(Sequence sequence) {
    return waits.removeIf(wait -> wait.sequence == sequence);
  }

  private Optional<Wait> find(Sequence sequence) {
    return waits.stream().filter(wait -> wait.sequence == sequence).findFirst();
  }
}

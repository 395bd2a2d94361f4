package io.turnmill.engine;

import io.turnmill.engine.PhaseClock.Phase;
import io.turnmill.inference.Metric;
import io.turnmill.inference.Metrics;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.Outcome.FinishReason;
import io.turnmill.inference.Outcome.Scores;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Counts what one engine does. Owned by the engine thread; others call {@link #latest} and {@link
 * #failedAtOnce} only.
 */
public final class Meter {
  private final PhaseClock clock;
  private final Map<Metric, Long> numbers = new EnumMap<>(Metric.class);
  private final AtomicLong failedAtOnce = new AtomicLong();
  private volatile Metrics latest;

  public Meter(LongSupplier nanoClock) {
    this.clock = new PhaseClock(nanoClock);
    for (Metric metric : Metric.values()) {
      numbers.put(metric, 0L);
    }
    set(Metric.ENGINES, 1);
    publish();
  }

  /**
   * The snapshot that {@link #publish} made last, with all requests that failed at once; for any
   * thread.
   */
  public Metrics latest() {
    long failed = failedAtOnce.get();
    return failed == 0
        ? latest
        : latest.plus(Metrics.of(metric -> metric == Metric.FAILURES ? failed : 0));
  }

  /**
   * Counts a request that fails before it comes to the engine thread; for any thread. Called before
   * its outcome is delivered.
   */
  public void failedAtOnce() {
    failedAtOnce.incrementAndGet();
  }

  /** Begins a phase: time counts for {@code next} from now on. */
  public void enter(Phase next) {
    clock.enter(next);
  }

  public void add(Metric metric, long more) {
    numbers.merge(metric, more, Long::sum);
  }

  /** Sets a metric that tells the present state, such as the slots in use. */
  public void set(Metric metric, long number) {
    numbers.put(metric, number);
  }

  /** Counts the outcome of a request. */
  public void delivered(Outcome outcome) {
    if (outcome instanceof Completion completion) {
      add(Metric.REPLIES, 1);
      add(Metric.REPLIES_CUT_OFF, completion.finishReason() == FinishReason.LENGTH ? 1 : 0);
    } else if (outcome instanceof Scores scores) {
      add(Metric.SCORES, 1);
      add(Metric.SCORED_CONTINUATIONS, scores.logprobs().size());
    } else if (outcome instanceof Outcome.Vector) {
      add(Metric.VECTORS, 1);
    } else {
      add(Metric.FAILURES, 1);
    }
  }

  /** Makes the counts visible to other threads. */
  public void publish() {
    clock.update();
    set(Metric.PREFILL, clock.nanos(Phase.PREFILL));
    set(Metric.DECODE, clock.nanos(Phase.DECODE));
    set(Metric.HOST, clock.nanos(Phase.HOST));
    set(Metric.IDLE, clock.nanos(Phase.IDLE));
    numbers.merge(Metric.SLOTS_IN_USE_PEAK, numbers.get(Metric.SLOTS_IN_USE), Math::max);
    latest = new Metrics(numbers);
  }
}

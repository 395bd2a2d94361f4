package io.turnmill.inference;

import java.io.Serializable;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongBinaryOperator;
import java.util.function.ToLongFunction;

/**
 * All metrics of one backend, or of several together, at one time.
 *
 * @param numbers the number of every metric
 */
public record Metrics(Map<Metric, Long> numbers) implements Serializable {
  private static final long serialVersionUID = 1L;

  public static final Metrics ZERO = of(metric -> 0);

  public Metrics {
    numbers = Collections.unmodifiableMap(new EnumMap<>(numbers));
  }

  public static Metrics of(ToLongFunction<Metric> number) {
    Map<Metric, Long> all = new EnumMap<>(Metric.class);
    for (Metric metric : Metric.values()) {
      all.put(metric, number.applyAsLong(metric));
    }
    return new Metrics(all);
  }

  public long get(Metric metric) {
    return numbers.get(metric);
  }

  /** Forward passes that returned. */
  public long steps() {
    return get(Metric.PREFILL_STEPS) + get(Metric.DECODE_STEPS);
  }

  /** Tokens of prompts, continuations and texts that were computed. */
  public long prefilledTokens() {
    return get(Metric.PROMPT_TOKENS) - get(Metric.CACHED_TOKENS);
  }

  /** Time inside the forward pass. */
  public long forwardNanos() {
    return get(Metric.PREFILL) + get(Metric.DECODE);
  }

  public Metrics plus(Metrics other) {
    return with(other, Long::sum);
  }

  public Metrics minus(Metrics earlier) {
    return with(earlier, (a, b) -> a - b);
  }

  private Metrics with(Metrics other, LongBinaryOperator operation) {
    return of(metric -> operation.applyAsLong(get(metric), other.get(metric)));
  }

  /** The metrics that stay true when the backend, or its process, is gone. */
  public Metrics past() {
    return of(metric -> metric.grows() ? get(metric) : 0);
  }

  /** The share of positions that attention read only because of padding, from 0 to 1. */
  public double paddingShare() {
    long padded = get(Metric.PADDED_POSITIONS);
    return padded == 0 ? 0 : (double) (padded - get(Metric.ATTENDED_POSITIONS)) / padded;
  }
}

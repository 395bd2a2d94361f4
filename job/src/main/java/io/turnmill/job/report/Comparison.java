package io.turnmill.job.report;

import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How the variants of a run compare.
 *
 * @param variants each by itself, in their order
 * @param pairs any two of them that were asked about the same
 */
public record Comparison(List<OfVariant> variants, List<OfPair> pairs) {
  public Comparison {
    variants = List.copyOf(variants);
    pairs = List.copyOf(pairs);
  }

  /**
   * One variant.
   *
   * @param ok sessions of which it has a result
   * @param failed sessions whose inference failed
   * @param measures what is known of its answers
   */
  public record OfVariant(String name, long ok, long failed, Map<Measure, Double> measures) {
    public OfVariant {
      measures = copy(measures);
    }

    /** The same with one measure more, unless it is 0. */
    public OfVariant with(Measure measure, double value) {
      Map<Measure, Double> more = new EnumMap<>(Measure.class);
      more.putAll(measures);
      if (value > 0) {
        more.put(measure, value);
      }
      return new OfVariant(name, ok, failed, more);
    }
  }

  /**
   * Two variants.
   *
   * @param compared answers of both to the same turn
   * @param measures what is known of these answers
   */
  public record OfPair(String one, String other, long compared, Map<Measure, Double> measures) {
    public OfPair {
      measures = copy(measures);
    }

    /** The pair for the manifest. */
    Map<String, Object> forManifest() {
      Map<String, Object> told = new LinkedHashMap<>();
      told.put("variants", List.of(one, other));
      told.put("compared", compared);
      measures.forEach((measure, value) -> told.put(measure.field(), value));
      return told;
    }
  }

  /** The pairs for the manifest. */
  public List<Map<String, Object>> pairsForManifest() {
    return pairs.stream().map(OfPair::forManifest).toList();
  }

  private static Map<Measure, Double> copy(Map<Measure, Double> measures) {
    Map<Measure, Double> copy = new EnumMap<>(Measure.class);
    copy.putAll(measures);
    return Collections.unmodifiableMap(copy);
  }
}

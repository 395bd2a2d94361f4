package io.turnmill.job.rows;

import io.turnmill.session.Scope;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Counts of rows of the table {@code rejected}, by scope and code. */
public final class CodeCounts {
  private CodeCounts() {}

  /** Adds counts to other counts, which are changed. */
  public static void addTo(
      Map<String, Map<String, Long>> all, Map<String, Map<String, Long>> more) {
    more.forEach((scope, codes) -> codes.forEach((code, rows) -> add(all, scope, code, rows)));
  }

  /** Subtracts counts from other counts, which are changed; entries that become 0 are removed. */
  public static void takeFrom(
      Map<String, Map<String, Long>> all, Map<String, Map<String, Long>> less) {
    less.forEach(
        (scope, codes) ->
            codes.forEach(
                (code, rows) -> {
                  add(all, scope, code, -rows);
                  all.get(scope).remove(code, 0L);
                }));
    all.values().removeIf(Map::isEmpty);
  }

  public static void add(Map<String, Map<String, Long>> all, String scope, String code, long rows) {
    all.computeIfAbsent(scope, s -> new TreeMap<>()).merge(code, rows, Long::sum);
  }

  public static Map<String, Map<String, Long>> sum(
      Map<String, Map<String, Long>> a, Map<String, Map<String, Long>> b) {
    Map<String, Map<String, Long>> sum = new TreeMap<>();
    addTo(sum, a);
    addTo(sum, b);
    return sum;
  }

  /** How many rejections are of whole items. */
  public static long items(Map<String, Map<String, Long>> counts) {
    return Arrays.stream(Scope.values())
        .filter(Scope::isItem)
        .flatMap(scope -> counts.getOrDefault(scope.wireName(), Map.of()).values().stream())
        .mapToLong(Long::longValue)
        .sum();
  }

  /** A deep copy. */
  public static Map<String, Map<String, Long>> copy(Map<String, Map<String, Long>> counts) {
    return sum(counts, Map.of());
  }
}

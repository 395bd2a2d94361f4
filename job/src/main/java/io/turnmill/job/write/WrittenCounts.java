package io.turnmill.job.write;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.turnmill.job.rows.CodeCounts;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The counts of what was written, for one bucket or for all.
 *
 * @param ok how many sessions have a result
 * @param failedByCode how many sessions failed in inference, by code
 * @param rejectedByScope how many rows the table {@code rejected} has, by scope and code
 * @param counters the task's counters, by name; none in what an earlier version wrote, which had
 *     other fields
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record WrittenCounts(
    long ok,
    Map<String, Long> failedByCode,
    Map<String, Map<String, Long>> rejectedByScope,
    Map<String, Long> counters)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public WrittenCounts {
    // The JDK's maps can be serialized, whatever was given.
    failedByCode = new TreeMap<>(failedByCode);
    counters = counters == null ? new LinkedHashMap<>() : new LinkedHashMap<>(counters);
    rejectedByScope = CodeCounts.copy(rejectedByScope);
  }

  /** Counts of rejections only. */
  public static WrittenCounts rejectedOnly(Map<String, Map<String, Long>> rejected) {
    return new WrittenCounts(0, Map.of(), rejected, Map.of());
  }

  public long failed() {
    return sum(failedByCode);
  }

  /** How many rows of one scope the table {@code rejected} has. */
  public long rejected(String scope) {
    return sum(rejectedByScope.getOrDefault(scope, Map.of()));
  }

  /** How many sessions or documents were rejected as a whole. */
  public long rejectedItems() {
    return CodeCounts.items(rejectedByScope);
  }

  /** How many sessions came out, whatever their status. */
  public long sessions() {
    return ok + failed() + rejectedItems();
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** A running sum of counts: the work for each change does not depend on the number of changes. */
  public static final class Sum {
    private long ok;
    private final Map<String, Long> counters = new LinkedHashMap<>();
    private final Map<String, Long> failed = new TreeMap<>();
    private final Map<String, Map<String, Long>> rejected = new TreeMap<>();

    public void add(WrittenCounts more) {
      ok += more.ok;
      more.counters.forEach((name, number) -> counters.merge(name, number, Long::sum));
      more.failedByCode.forEach((code, rows) -> failed.merge(code, rows, Long::sum));
      CodeCounts.addTo(rejected, more.rejectedByScope);
    }

    /** Subtracts rejections that were added before they were written. */
    public void takeBack(Map<String, Map<String, Long>> expected) {
      CodeCounts.takeFrom(rejected, expected);
    }

    void addOk(Map<String, Long> counted) {
      ok++;
      counted.forEach(this::count);
    }

    void count(String name, long more) {
      counters.merge(name, more, Long::sum);
    }

    void addFailed(String code) {
      failed.merge(code, 1L, Long::sum);
    }

    void addRejected(String scope, String code) {
      CodeCounts.add(rejected, scope, code, 1);
    }

    public WrittenCounts counts() {
      return new WrittenCounts(ok, failed, rejected, counters);
    }
  }
}

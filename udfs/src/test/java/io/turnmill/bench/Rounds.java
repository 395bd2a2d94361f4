package io.turnmill.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Option;

/** How often a bench measures each thing; and what counts of several runs. */
public final class Rounds {
  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Each thing is measured so often (${DEFAULT-VALUE}).")
  private int count;

  /**
   * @param count unless another is given
   */
  public Rounds(int count) {
    this.count = count;
  }

  public int count() {
    return count;
  }

  /** Of that many runs, the one of the median. */
  <T> T median(Callable<T> way, ToDoubleFunction<T> seconds) throws Exception {
    List<T> runs = new ArrayList<>();
    for (int round = 0; round < count; round++) {
      runs.add(way.call());
    }
    runs.sort(Comparator.comparingDouble(seconds));
    return runs.get(count / 2);
  }

  /** The greater one in the middle, where there are two. */
  static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }
}

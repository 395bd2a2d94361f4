package io.turnmill.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
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
      runs.add(apart(way));
    }
    runs.sort(Comparator.comparingDouble(seconds));
    return runs.get(count / 2);
  }

  /**
   * On a thread of its own, as an engine has it: PyTorch's workers belong to a thread, and those of
   * one that waits here would slow down the others.
   */
  static <T> T apart(Callable<T> way) throws Exception {
    FutureTask<T> task = new FutureTask<>(way);
    Thread thread = new Thread(task, "bench");
    thread.start();
    thread.join();
    return task.get();
  }

  /** The greater one in the middle, where there are two. */
  static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }
}

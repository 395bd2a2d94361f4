package io.turnmill.job.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.job.testing.SparkForTests;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;

/** What tasks give reaches the driver. */
class TaskResultsTest {
  private static final JavaSparkContext CONTEXT =
      JavaSparkContext.fromSparkContext(SparkForTests.session().sparkContext());

  private static JavaRDD<Integer> numbers(int count, int partitions) {
    return CONTEXT.parallelize(IntStream.range(0, count).boxed().toList(), partitions);
  }

  @Test
  void eachResultIsHandedOnOnce() {
    List<Integer> results = new ArrayList<>();
    TaskResults.forEach(numbers(1000, 37).map(i -> i * 2), results::add);
    assertThat(results)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, 1000).map(i -> i * 2).boxed().toList());
  }

  @Test
  void aPartitionWithoutResultsGivesNone() {
    List<Integer> results = new ArrayList<>();
    TaskResults.forEach(numbers(3, 8).filter(i -> i == 1), results::add);
    assertThat(results).containsExactly(1);
  }

  @Test
  void ofATaskThatFailsNothingIsHandedOn() {
    List<Integer> results = new ArrayList<>();
    JavaRDD<Integer> failing =
        numbers(8, 4)
            .map(
                i -> {
                  if (i % 2 == 1) {
                    throw new IllegalArgumentException("odd");
                  }
                  return i;
                });
    assertThatThrownBy(() -> TaskResults.forEach(failing, results::add))
        .hasStackTraceContaining("odd");
    assertThat(results).isEmpty();
  }
}

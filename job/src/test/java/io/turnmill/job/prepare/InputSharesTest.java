package io.turnmill.job.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Which task of the reading fills which buckets. */
class InputSharesTest {
  private final SplittableRandom random = new SplittableRandom(11);

  @Test
  void tasksOfAnySizeFillBucketsOfOneSize() {
    List<Long> tasks = List.of(5_000L, 0L, 700L, 64_000L, 20_000L, 300L);
    InputShares shares = InputShares.of(tasks, 9);
    TreeMap<Integer, Integer> filled = new TreeMap<>();
    for (int task = 0; task < tasks.size(); task++) {
      for (long record = 0; record < tasks.get(task); record++) {
        filled.merge(shares.bucket(task, random.nextLong()), 1, Integer::sum);
      }
    }
    assertThat(filled.keySet()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(filled.values()).allSatisfy(n -> assertThat(n).isCloseTo(10_000, within(500)));
  }

  @Test
  void neighboursShareABucketWhereTasksAreMoreThanBuckets() {
    InputShares shares = InputShares.of(Collections.nCopies(100, 7L), 4);
    for (int task = 0; task < 100; task++) {
      assertThat(shares.bucket(task, random.nextLong())).isEqualTo(task / 25);
    }
  }

  @Test
  void everyHashHasABucketOfTheRun() {
    InputShares shares = InputShares.of(List.of(1L, 1L, 1L), 3);
    for (long hash : new long[] {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE}) {
      for (int task = 0; task < 3; task++) {
        assertThat(shares.bucket(task, hash)).isEqualTo(task);
      }
    }
    assertThat(InputShares.of(List.of(0L, 0L), 5).bucket(1, -1)).isBetween(0, 4);
  }
}

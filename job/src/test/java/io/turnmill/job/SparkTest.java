package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.spark.OpenSpark;
import io.turnmill.job.spark.Spark;
import io.turnmill.job.testing.SparkForTests;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class SparkTest {
  @Test
  void executorsKeepTheMemoryOfLargeTemporaries() {
    SparkConf conf = Spark.complete(new SparkConf(false));

    assertThat(conf.get("spark.executorEnv.MALLOC_MMAP_THRESHOLD_")).isEqualTo("33554432");
    assertThat(conf.get("spark.executorEnv.MALLOC_TRIM_THRESHOLD_")).isEqualTo("1073741824");
  }

  @Test
  void noTaskIsTriedASecondTimeWhileItsFirstAttemptIsUnderWay() {
    SparkConf conf = Spark.complete(new SparkConf(false).set("spark.speculation", "true"));

    assertThat(conf.getBoolean("spark.speculation", true)).isFalse();
    assertThat(Spark.asksForSpeculation(Map.of("spark.speculation", "true"))).isTrue();
    assertThat(Spark.asksForSpeculation(Map.of())).isFalse();
  }

  @Test
  void executorsReadNamesAndWriteNumbersInOneWay() {
    SparkConf conf = Spark.complete(new SparkConf(false));
    assertThat(conf.get("spark.executorEnv.LC_ALL")).isEqualTo("C.UTF-8");
    assertThat(conf.get("spark.executor.defaultJavaOptions")).isEqualTo("-Duser.language=en");

    SparkConf users =
        Spark.complete(
            new SparkConf(false)
                .set("spark.executorEnv.LC_ALL", "de_DE.UTF-8")
                .set("spark.executor.defaultJavaOptions", "-Xss2m -Duser.language=de"));
    assertThat(users.get("spark.executorEnv.LC_ALL")).isEqualTo("de_DE.UTF-8");
    assertThat(users.get("spark.executor.defaultJavaOptions"))
        .isEqualTo("-Duser.language=en -Xss2m -Duser.language=de");
  }

  @Test
  void aSessionThatWasRunningBeforeIsUsedAndNotStopped() {
    SparkSession running = SparkForTests.session();

    try (OpenSpark open = Spark.open(Map.of())) {
      assertThat(open.session().sparkContext()).isSameAs(running.sparkContext());
    }

    assertThat(running.sparkContext().isStopped()).isFalse();
  }

  @Test
  void aSessionThatWasStartedForACommandEndsWithIt() {
    SparkForTests.stop();
    SparkContext context;

    try (OpenSpark open = Spark.open(Map.of())) {
      context = open.session().sparkContext();
      assertThat(context.isStopped()).isFalse();
    }

    assertThat(context.isStopped()).isTrue();
  }

  @Test
  void whatTheUserSetsIsKept() {
    SparkConf conf =
        Spark.complete(
            new SparkConf(false)
                .set("spark.executorEnv.MALLOC_TRIM_THRESHOLD_", "0")
                .set("spark.task.maxFailures", "2"));

    assertThat(conf.get("spark.executorEnv.MALLOC_TRIM_THRESHOLD_")).isEqualTo("0");
    assertThat(conf.get("spark.task.maxFailures")).isEqualTo("2");
  }
}

package io.turnmill.job.executor;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExecutorCoresTest {

  /** On a machine of 16 processors; the defaults are those of Spark's own documentation. */
  @ParameterizedTest(name = "{0}, spark.executor.cores {1}: {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "local              |    | 1",
        "local[2]           |    | 2",
        "local[3,4]         |    | 3",
        "local[*]           |    | 16",
        "local[*, 4]        |    | 16",
        "local[64]          |    | 16",
        "local[2]           | 8  | 2",
        "local-cluster[2,3,1024] | | 3",
        "local-cluster[2, 3, 1024] | 2 | 2",
        "yarn               |    | 1",
        "yarn               | 5  | 5",
        "k8s://https://h:1  |    | 1",
        "k8s://https://h:1  | 4  | 4",
        "spark://h:7077     |    | 16",
        "spark://h:7077     | 6  | 6",
        "yarn               | 64 | 16",
      })
  void coresAreThoseThatSparkGivesAndTheMachineHas(String master, Integer set, int cores) {
    SparkConf conf = new SparkConf(false).set("spark.master", master);
    if (set != null) {
      conf.set("spark.executor.cores", set.toString());
    }
    assertThat(ExecutorCores.of(conf, 16)).isEqualTo(cores);
  }
}

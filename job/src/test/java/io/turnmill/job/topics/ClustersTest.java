package io.turnmill.job.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.turnmill.job.testing.SparkForTests;
import io.turnmill.task.TaskOptions.Topics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Clusters of vectors that were made to have some. */
class ClustersTest {
  private static final StructType SCHEMA =
      new StructType()
          .add(Clusters.ID, DataTypes.StringType)
          .add(Clusters.VECTOR, DataTypes.createArrayType(DataTypes.FloatType, false));

  private static Topics topics(int count, double threshold) {
    return new Topics(count, threshold, 3, 4, 7, "", "", "");
  }

  private static Dataset<Row> dataset(Map<String, float[]> vectors, int partitions) {
    List<Row> rows = new ArrayList<>();
    vectors.forEach(
        (id, vector) -> {
          List<Float> numbers = new ArrayList<>();
          for (float number : vector) {
            numbers.add(number);
          }
          rows.add(RowFactory.create(id, numbers.toArray()));
        });
    return SparkForTests.any().createDataFrame(rows, SCHEMA).repartition(partitions);
  }

  private static Clusters clusters(Map<String, float[]> vectors, Topics options) {
    return Clusters.of(dataset(vectors, 2), options, rows -> rows);
  }

  /** The ids of each cluster, by its number; those of none have -1. */
  private static Map<Integer, Set<String>> assigned(Clusters clusters) {
    Map<Integer, Set<String>> ids = new HashMap<>();
    for (Row row : clusters.assignments().collectAsList()) {
      int number = row.isNullAt(1) ? -1 : row.getInt(1);
      ids.computeIfAbsent(number, any -> new HashSet<>()).add(row.getString(0));
    }
    return ids;
  }

  /** So many vectors around an axis of a space of four. */
  private static void around(Map<String, float[]> vectors, String name, int axis, int count) {
    Random random = new Random(axis);
    for (int i = 0; i < count; i++) {
      float[] vector = new float[4];
      for (int d = 0; d < vector.length; d++) {
        vector[d] = random.nextFloat() / 10;
      }
      vector[axis] = 1 + 10 * random.nextFloat(); // the length of a vector does not matter
      vectors.put(name + i, vector);
    }
  }

  private static Map<String, float[]> three() {
    Map<String, float[]> vectors = new LinkedHashMap<>();
    around(vectors, "a", 0, 20);
    around(vectors, "b", 1, 40);
    around(vectors, "c", 2, 30);
    return vectors;
  }

  @Test
  void clustersThatAreThereAreFoundTheLargestFirst() {
    Clusters found = clusters(three(), topics(3, 0.9));

    assertThat(found.clusters()).extracting(Cluster::size).containsExactly(40L, 30L, 20L);
    assertThat(found.clusters()).extracting(Cluster::number).containsExactly(0, 1, 2);
    assertThat(found.clusters().get(0).examples()).hasSize(3).allMatch(id -> id.startsWith("b"));
    assertThat(found.clusters().get(2).sample())
        .hasSize(4)
        .doesNotHaveDuplicates()
        .allMatch(id -> id.startsWith("a"))
        .startsWith(found.clusters().get(2).examples().get(0));
    assertThat(assigned(found).get(1)).hasSize(30).allMatch(id -> id.startsWith("c"));
    assertThat(found.found().coverage()).isEqualTo(1);
  }

  @Test
  void theNumberOfClustersIsFoundIfNoneIsSet() {
    Map<String, float[]> vectors = new LinkedHashMap<>();
    around(vectors, "a", 0, 5);
    around(vectors, "b", 1, 4);
    around(vectors, "c", 2, 3);

    assertThat(clusters(vectors, topics(0, 0.5)).clusters())
        .extracting(Cluster::size)
        .containsExactly(5L, 4L, 3L);
  }

  @Test
  void theSameVectorsHaveTheSameClustersInAnyPartitions() {
    Map<String, float[]> vectors = three();
    List<String> ids = new ArrayList<>(vectors.keySet());
    Collections.shuffle(ids, new Random(5));
    Map<String, float[]> shuffled = new LinkedHashMap<>();
    ids.forEach(id -> shuffled.put(id, vectors.get(id)));

    Clusters one = Clusters.of(dataset(vectors, 1), topics(5, 0.5), rows -> rows);
    Clusters other = Clusters.of(dataset(shuffled, 4), topics(5, 0.5), rows -> rows);

    assertThat(other.clusters()).isEqualTo(one.clusters());
    assertThat(other.assignments().collectAsList())
        .containsExactlyInAnyOrderElementsOf(one.assignments().collectAsList());
  }

  @Test
  void whatIsFarFromEveryCentreBelongsToNone() {
    Map<String, float[]> vectors = three();
    vectors.put("far", new float[] {1, 1, 1, 0});
    vectors.put("zero", new float[4]);

    Clusters found = clusters(vectors, topics(3, 0.9));

    assertThat(assigned(found).get(-1)).containsExactlyInAnyOrder("far", "zero");
    assertThat(found.items()).isEqualTo(92);
    assertThat(found.found().coverage()).isCloseTo(90.0 / 92, within(1e-12));
  }

  @Test
  void fewerDifferentVectorsThanClustersMakeAsManyClusters() {
    Map<String, float[]> vectors = new LinkedHashMap<>();
    for (int i = 0; i < 6; i++) {
      vectors.put("same" + i, new float[] {1, 2});
    }
    vectors.put("other", new float[] {-2, 1});

    Clusters found = clusters(vectors, topics(10, 0.5));

    assertThat(found.clusters()).extracting(Cluster::size).containsExactly(6L, 1L);
    assertThat(found.clusters().get(1).sample()).containsExactly("other");
  }

  @Test
  void aSingleVectorIsACluster() {
    Clusters found = clusters(Map.of("one", new float[] {0, 3}), topics(0, 0.5));

    assertThat(found.clusters()).containsExactly(new Cluster(0, 1, List.of("one"), List.of("one")));
    assertThat(found.assignments().collectAsList())
        .containsExactly(RowFactory.create("one", 0, 1.0));
  }

  @Test
  void itemsWithoutADirectionHaveNoCluster() {
    Clusters found = clusters(Map.of("zero", new float[2]), topics(3, 0.5));
    Clusters none = clusters(Map.of(), topics(3, 0.5));

    assertThat(found.clusters()).isEmpty();
    assertThat(found.found().coverage()).isZero();
    assertThat(none.items()).isZero();
    assertThat(none.found().coverage()).isZero();
  }

  @Test
  void membersAreChosenThatDifferFromOneAnother() {
    List<DiverseMembers.ClusterMember> members = new ArrayList<>();
    for (double angle : new double[] {0, 0.1, 0.2, 1, 0.5}) {
      members.add(
          new DiverseMembers.ClusterMember(
              "at " + angle,
              UnitVector.of(new double[] {Math.cos(angle), Math.sin(angle)}).orElseThrow()));
    }

    assertThat(DiverseMembers.of(members, 3))
        .extracting(DiverseMembers.ClusterMember::id)
        .containsExactly("at 0.0", "at 1.0", "at 0.5");
    assertThat(DiverseMembers.of(members, 9)).hasSize(5);
  }
}

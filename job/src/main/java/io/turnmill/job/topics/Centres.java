package io.turnmill.job.topics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.ml.clustering.KMeans;
import org.apache.spark.ml.clustering.KMeansModel;
import org.apache.spark.ml.evaluation.ClusteringEvaluator;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Finds the centres of clusters of unit vectors by Spark's k-means. All vectors are in one
 * partition and in one order, so that the same vectors have the same centres each time.
 */
final class Centres {
  /** How many centres are tried where the number is to be found. */
  private static final List<Integer> TRIED = List.of(2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 25, 30);

  /** How many vectors the number is found with. */
  private static final int MOST_TRIED = 2000;

  private static final String FEATURES = "features";
  private static final StructType SCHEMA =
      new StructType().add(FEATURES, SQLDataTypes.VectorType());
  private static final int MOST_STEPS = 50;
  private static final int ATTEMPTS = 3;

  private final SparkSession spark;
  private final long seed;

  Centres(SparkSession spark, long seed) {
    this.spark = spark;
    this.seed = seed;
  }

  /**
   * The centres, each of length 1; at most as many as there are different vectors.
   *
   * @param vectors in an order that is the same each time
   * @param count how many at most; 0 for the number whose clusters are the furthest apart for how
   *     wide they are (silhouette)
   */
  List<UnitVector> of(List<UnitVector> vectors, int count) {
    int different = new LinkedHashSet<>(vectors).size();
    if (different == 0) {
      return List.of();
    }
    int most = count == 0 ? suggested(vectors, different) : Math.min(count, different);
    return most == 1
        ? UnitVector.between(vectors).map(List::of).orElse(vectors.subList(0, 1))
        : centres(closest(dataset(vectors), most));
  }

  private int suggested(List<UnitVector> vectors, int different) {
    Dataset<Row> some = dataset(vectors.subList(0, Math.min(MOST_TRIED, vectors.size())));
    int best = 1;
    double highest = Double.NEGATIVE_INFINITY;
    for (int count : TRIED) {
      if (count >= different) {
        break;
      }
      Dataset<Row> clustered = fitted(some, count, seed).transform(some);
      boolean isSplit = clustered.select("prediction").distinct().count() > 1;
      double silhouette = isSplit ? new ClusteringEvaluator().evaluate(clustered) : -1;
      if (silhouette > highest) {
        best = count;
        highest = silhouette;
      }
    }
    return best;
  }

  private Dataset<Row> dataset(List<UnitVector> vectors) {
    List<Row> rows =
        vectors.stream().map(of -> RowFactory.create(Vectors.dense(of.values()))).toList();
    return spark.createDataFrame(rows, SCHEMA).coalesce(1);
  }

  /**
   * The best of some attempts: where k-means ends depends on where it begins, and it may end with
   * one cluster in two parts and two others in one.
   */
  private KMeansModel closest(Dataset<Row> vectors, int count) {
    return IntStream.range(0, ATTEMPTS)
        .mapToObj(attempt -> fitted(vectors, count, seed + attempt))
        .min(Comparator.comparingDouble(model -> model.summary().trainingCost()))
        .orElseThrow();
  }

  private KMeansModel fitted(Dataset<Row> vectors, int count, long from) {
    return new KMeans()
        .setK(count)
        .setSeed(from)
        .setMaxIter(MOST_STEPS)
        .setFeaturesCol(FEATURES)
        .fit(vectors);
  }

  private static List<UnitVector> centres(KMeansModel model) {
    return new ArrayList<>(
        new LinkedHashSet<>(
            Stream.of(model.clusterCenters())
                .map(Vector::toArray)
                .flatMap(centre -> UnitVector.of(centre).stream())
                .toList()));
  }
}

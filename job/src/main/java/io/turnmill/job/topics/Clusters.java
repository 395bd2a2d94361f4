package io.turnmill.job.topics;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.turnmill.job.topics.DiverseMembers.ClusterMember;
import io.turnmill.task.TaskOptions.Topics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Clusters of vectors. The centres are found on the driver, from at most {@value #MOST_FITTED}
 * vectors that a hash of the id chooses; then each vector goes to the centre with the greatest
 * cosine, unless that is below the threshold. The same vectors have the same clusters each time,
 * however they are partitioned.
 *
 * @param clusters the largest first, and of equal ones the one whose nearest member has the lesser
 *     id
 * @param assignments columns {@value #ID}, {@value #CLUSTER} (the number; null for items that
 *     belong to none) and {@value #SIMILARITY} (the cosine to the nearest centre; null if the
 *     vector has no direction)
 * @param items how many items there are
 */
public record Clusters(List<Cluster> clusters, Dataset<Row> assignments, long items) {
  public static final String ID = "id";
  public static final String VECTOR = "vector";
  public static final String CLUSTER = "cluster";
  public static final String SIMILARITY = "similarity";

  /** From how many vectors the centres are found, unless they are long. */
  static final int MOST_FITTED = 20_000;

  /** How many numbers these have at most: they go to one task, which has a limit of 128 MB. */
  private static final int MOST_NUMBERS = 8_000_000;

  private static final int HASHES = 1_000_000;

  /** How many members of a cluster are looked at for each that differs from the others. */
  private static final int LOOKED_AT = 10;

  private static final StructType ASSIGNED =
      new StructType()
          .add(ID, DataTypes.StringType)
          .add(CLUSTER, DataTypes.IntegerType)
          .add(SIMILARITY, DataTypes.DoubleType)
          .add(VECTOR, DataTypes.createArrayType(DataTypes.DoubleType, false));

  public Clusters {
    clusters = List.copyOf(clusters);
  }

  /**
   * Finds clusters.
   *
   * @param vectors columns {@value #ID}, no two of which are equal, and {@value #VECTOR}, a list of
   *     numbers of any type; all vectors have equally many
   * @param persist keeps rows that are read several times
   */
  public static Clusters of(
      Dataset<Row> vectors, Topics options, UnaryOperator<Dataset<Row>> persist) {
    List<UnitVector> fitted =
        some(vectors).stream().flatMap(row -> direction(row).stream()).toList();
    List<UnitVector> centres =
        new Centres(vectors.sparkSession(), options.seed()).of(fitted, options.count());
    Dataset<Row> assigned =
        persist.apply(
            vectors
                .select(ID, VECTOR)
                .map(
                    new NearestCentre(new ArrayList<>(centres), options.threshold()),
                    Encoders.row(ASSIGNED)));
    List<Cluster> found = clusters(assigned, options);
    Map<Integer, Integer> numbers = new TreeMap<>();
    found.forEach(cluster -> numbers.put(cluster.number(), numbers.size()));
    return new Clusters(
        found.stream()
            .map(of -> new Cluster(numbers.get(of.number()), of.size(), of.examples(), of.sample()))
            .toList(),
        renumbered(assigned, numbers),
        assigned.count());
  }

  /**
   * The vectors of which the centres are found, chosen by a hash of the id. Of many, most are left
   * out before they are sorted, as each partition would send as many as are wanted in all.
   */
  private static List<Row> some(Dataset<Row> vectors) {
    int width =
        vectors.select(size(col(VECTOR))).takeAsList(1).stream()
            .mapToInt(row -> row.getInt(0))
            .max()
            .orElse(1);
    int most = Math.min(MOST_FITTED, MOST_NUMBERS / Math.max(1, width));
    long count = vectors.count();
    Dataset<Row> fewer = vectors;
    if (count > 2L * most) {
      long hashes = 2L * most * HASHES / count;
      fewer = vectors.where(pmod(xxhash64(col(ID)), lit((long) HASHES)).lt(hashes));
    }
    return fewer.orderBy(xxhash64(col(ID)), col(ID)).limit(most).collectAsList();
  }

  /** The clusters as topics, without which item belongs to which. */
  public FoundTopics found() {
    return new FoundTopics(clusters, items);
  }

  private static Optional<UnitVector> direction(Row row) {
    return UnitVector.of(row.<Number>getList(row.fieldIndex(VECTOR)));
  }

  /** Gives an item to the nearest centre, if it is near enough. */
  private record NearestCentre(ArrayList<UnitVector> centres, double threshold)
      implements MapFunction<Row, Row> {
    private static final long serialVersionUID = 1L;

    @Override
    public Row call(Row row) {
      String id = row.getString(0); // a row that another function made may know no names
      Optional<UnitVector> vector = UnitVector.of(row.<Number>getList(1));
      if (vector.isEmpty() || centres.isEmpty()) {
        return RowFactory.create(id, null, null, null);
      }
      int nearest = 0;
      double similarity = Double.NEGATIVE_INFINITY;
      for (int centre = 0; centre < centres.size(); centre++) {
        double cosine = vector.get().cosine(centres.get(centre));
        if (cosine > similarity) {
          nearest = centre;
          similarity = cosine;
        }
      }
      return RowFactory.create(
          id,
          similarity < threshold ? null : nearest,
          similarity,
          Arrays.stream(vector.get().values()).boxed().toArray());
    }
  }

  /** The clusters that have members, by size, with the numbers of their centres. */
  private static List<Cluster> clusters(Dataset<Row> assigned, Topics options) {
    Dataset<Row> members = assigned.where(col(CLUSTER).isNotNull());
    Map<Integer, Long> sizes = new TreeMap<>();
    members
        .groupBy(CLUSTER)
        .count()
        .collectAsList()
        .forEach(row -> sizes.put(row.getInt(0), row.getLong(1)));
    Map<Integer, List<ClusterMember>> nearest =
        firsts(members, options.examples(), col(SIMILARITY).desc(), col(ID));
    Map<Integer, List<ClusterMember>> some =
        firsts(members, LOOKED_AT * options.sample(), xxhash64(col(ID)), col(ID));
    List<Cluster> clusters = new ArrayList<>();
    sizes.forEach(
        (number, size) -> {
          List<ClusterMember> examples = nearest.get(number);
          List<ClusterMember> looked = new ArrayList<>(List.of(examples.get(0)));
          some.get(number).stream()
              .filter(member -> !member.id().equals(examples.get(0).id()))
              .forEach(looked::add);
          clusters.add(
              new Cluster(
                  number, size, ids(examples), ids(DiverseMembers.of(looked, options.sample()))));
        });
    clusters.sort(
        Comparator.comparingLong((Cluster of) -> -of.size())
            .thenComparing(of -> of.examples().get(0)));
    return clusters;
  }

  /** The first members of each cluster in an order. */
  private static Map<Integer, List<ClusterMember>> firsts(
      Dataset<Row> members, int most, Column... order) {
    String place = "place";
    Map<Integer, List<ClusterMember>> firsts = new LinkedHashMap<>();
    members
        .withColumn(place, row_number().over(Window.partitionBy(CLUSTER).orderBy(order)))
        .where(col(place).leq(most))
        .orderBy(col(CLUSTER), col(place))
        .collectAsList()
        .forEach(
            row ->
                firsts
                    .computeIfAbsent(row.<Integer>getAs(CLUSTER), any -> new ArrayList<>())
                    .add(new ClusterMember(row.getAs(ID), direction(row).orElseThrow())));
    return firsts;
  }

  private static List<String> ids(List<ClusterMember> members) {
    return members.stream().map(ClusterMember::id).toList();
  }

  /**
   * @param numbers of the clusters, by those of their centres
   */
  private static Dataset<Row> renumbered(Dataset<Row> assigned, Map<Integer, Integer> numbers) {
    Column number = lit(null).cast(DataTypes.IntegerType);
    if (!numbers.isEmpty()) {
      int centres = Collections.max(numbers.keySet()) + 1;
      Column[] byCentre =
          IntStream.range(0, centres)
              .mapToObj(centre -> lit(numbers.get(centre)).cast(DataTypes.IntegerType))
              .toArray(Column[]::new);
      // Spark takes element_at of a list without nulls for one without nulls, whatever the place.
      Column place = coalesce(col(CLUSTER).plus(1), lit(1));
      number = when(col(CLUSTER).isNotNull(), element_at(array(byCentre), place));
    }
    return assigned.select(col(ID), number.as(CLUSTER), col(SIMILARITY));
  }
}

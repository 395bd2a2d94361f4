package io.turnmill.job.topics;

import io.turnmill.document.DocumentText;
import io.turnmill.document.Heading;
import io.turnmill.document.Span;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.prepare.BucketPlan;
import io.turnmill.job.prepare.Prepare;
import io.turnmill.job.prepare.Prepared;
import io.turnmill.job.rows.DocumentRows;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.rows.StagingRows;
import io.turnmill.session.Scope;
import io.turnmill.session.SessionKey;
import io.turnmill.task.TaskOptions.Topics;
import io.turnmill.task.TopicPrompts;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * Finds topics, and stages for each a text to be summed up: the texts of its sample, put together.
 * Which topic each item belongs to is kept beside.
 */
public record StageTopics(SparkSession spark, Topics options, HadoopConf hadoop) {

  /** The columns of the table of members. */
  static final StructType MEMBERS =
      new StructType()
          .add("scope", DataTypes.StringType)
          .add("tenant", DataTypes.StringType)
          .add("id", DataTypes.StringType)
          .add("topic", DataTypes.IntegerType)
          .add("similarity", DataTypes.DoubleType);

  private static final StructType NO_VECTORS =
      new StructType()
          .add(Clusters.ID, DataTypes.StringType)
          .add(Clusters.VECTOR, DataTypes.createArrayType(DataTypes.FloatType, false));

  /** Where the text of an item stands: in that of a topic, before and after others. */
  private record Place(int topic, int number) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Stages the topics.
   *
   * @param items of one or two kinds
   * @param buckets over how many buckets topics are spread
   * @param folder a folder of this attempt and of no other
   */
  public Prepared stage(List<TopicItems> items, int buckets, Path folder) throws IOException {
    List<Dataset<Row>> kept = new ArrayList<>();
    try {
      Clusters clusters =
          Clusters.of(
              vectors(items),
              options,
              rows -> {
                kept.add(rows.persist(StorageLevel.MEMORY_AND_DISK()));
                return rows;
              });
      members(clusters.assignments())
          .write()
          .parquet(FoundTopics.members(folder.toString()).toString());
      clusters.found().write(folder, hadoop.get());
      return Prepare.write(
          texts(items, clusters.clusters(), buckets),
          StagedRows.STRUCTURED,
          new Prepare.Target(folder.toString(), hadoop),
          new BucketPlan(buckets, buckets));
    } finally {
      kept.forEach(rows -> rows.unpersist(false));
    }
  }

  /** The vectors of all items by their ids. */
  private Dataset<Row> vectors(List<TopicItems> items) {
    if (items.isEmpty()) {
      return spark.createDataFrame(List.of(), NO_VECTORS);
    }
    Dataset<Row> all = null;
    for (TopicItems of : items) {
      Scope scope = of.scope();
      Dataset<Row> there =
          of.vectors()
              .where(functions.col(Clusters.VECTOR).isNotNull())
              .select("tenant", Clusters.ID, Clusters.VECTOR);
      StructType columns =
          new StructType()
              .add(Clusters.ID, DataTypes.StringType)
              .add(there.schema().apply(Clusters.VECTOR));
      JavaRDD<Row> rows =
          there.javaRDD().map(row -> RowFactory.create(id(scope, row).text(), row.get(2)));
      Dataset<Row> own = spark.createDataFrame(rows, columns);
      all = all == null ? own : all.union(own);
    }
    return all;
  }

  private static ItemId id(Scope scope, Row row) {
    Optional<String> tenant = Optional.ofNullable(row.isNullAt(0) ? null : row.getString(0));
    return new ItemId(scope, new SessionKey(tenant, row.getString(1)));
  }

  private Dataset<Row> members(Dataset<Row> assignments) {
    JavaRDD<Row> rows =
        assignments
            .select(Clusters.ID, Clusters.CLUSTER, Clusters.SIMILARITY)
            .javaRDD()
            .map(
                row -> {
                  ItemId of = ItemId.of(row.getString(0));
                  return RowFactory.create(
                      of.scope().wireName(),
                      of.key().tenant().orElse(null),
                      of.key().sessionId(),
                      row.get(1),
                      row.get(2));
                });
    return spark.createDataFrame(rows, MEMBERS);
  }

  /** A staged text for each topic. */
  private Dataset<Row> texts(List<TopicItems> items, List<Cluster> clusters, int buckets) {
    Map<String, Place> places = new HashMap<>();
    for (Cluster cluster : clusters) {
      for (String id : cluster.sample()) {
        places.put(id, new Place(cluster.number(), places.size()));
      }
    }
    items.forEach(of -> addOriginals(of, places));
    JavaPairRDD<Integer, Tuple2<Integer, String>> texts =
        JavaPairRDD.fromJavaRDD(JavaSparkContext.fromSparkContext(spark.sparkContext()).emptyRDD());
    for (TopicItems of : items) {
      texts = texts.union(texts(of, places));
    }
    JavaRDD<Row> rows =
        texts
            .groupByKey(buckets)
            .map(
                topic ->
                    DocumentRows.made(Integer.toString(topic._1()), together(topic._2()), buckets));
    return StagingRows.withCarried(spark.createDataFrame(rows, StagingRows.STRUCTURED));
  }

  /** The text of an item that is the copy of another one is found with that one. */
  private static void addOriginals(TopicItems items, Map<String, Place> places) {
    items
        .vectors()
        .where(functions.col(StagedRows.DUPLICATE_OF).isNotNull())
        .select("tenant", Clusters.ID, StagedRows.DUPLICATE_OF)
        .toLocalIterator()
        .forEachRemaining(
            row -> {
              Place place = places.get(id(items.scope(), row).text());
              if (place != null) {
                Row original = RowFactory.create(row.get(0), row.get(2));
                places.putIfAbsent(id(items.scope(), original).text(), place);
              }
            });
  }

  private static JavaPairRDD<Integer, Tuple2<Integer, String>> texts(
      TopicItems items, Map<String, Place> places) {
    Scope scope = items.scope();
    return items
        .openings()
        .flatMapToPair(
            row ->
                Optional.ofNullable(places.get(id(scope, row).text())).stream()
                    .map(
                        at -> new Tuple2<>(at.topic(), new Tuple2<>(at.number(), row.getString(2))))
                    .iterator());
  }

  /**
   * One text of several, which is best cut between these: the lines between them count as headings.
   */
  static DocumentText together(Iterable<Tuple2<Integer, String>> texts) {
    List<Tuple2<Integer, String>> inOrder = new ArrayList<>();
    texts.forEach(inOrder::add);
    inOrder.sort(Comparator.comparing(Tuple2::_1));
    StringBuilder all = new StringBuilder();
    List<Heading> headings = new ArrayList<>();
    for (Tuple2<Integer, String> text : inOrder) {
      if (all.length() > 0) {
        all.append("\n\n");
      }
      headings.add(
          new Heading(new Span(all.length(), all.length() + TopicPrompts.BETWEEN.length()), 1));
      all.append(TopicPrompts.BETWEEN).append("\n\n").append(text._2().strip());
    }
    return new DocumentText(all.toString(), headings, List.of(), List.of(), List.of());
  }
}

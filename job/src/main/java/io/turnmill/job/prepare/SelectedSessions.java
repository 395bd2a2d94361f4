package io.turnmill.job.prepare;

import static org.apache.spark.sql.functions.col;

import io.turnmill.job.config.CleanConfig;
import io.turnmill.job.config.CleanConfig.Duplicates;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.rows.StagingRows;
import io.turnmill.session.KeyHash;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * Assembled sessions of which it is known which are in the sample and which are duplicates. To know
 * that, all of them are needed, so they are kept on the local disks of the executors until this is
 * closed; their text is not shuffled again, except that of copies.
 *
 * <pre>
 * assembled ─ draw ─┬─ find duplicates ─ directives ─┐
 *                   └───────────────────────────────┴─ follow directives ─ rows
 * </pre>
 */
final class SelectedSessions implements AutoCloseable {
  private final SparkSession spark;
  private final BucketPlan spread;
  private final List<Dataset<Row>> persisted = new ArrayList<>();
  private JavaRDD<Row> rows;

  private SelectedSessions(Dataset<Row> assembled, BucketPlan spread) {
    this.spark = assembled.sparkSession();
    this.spread = spread;
    this.rows = assembled.javaRDD();
  }

  /**
   * Selects sessions, if the rules ask for it.
   *
   * @param assembled rows of {@link StagingRows#SCHEMA}; each bucket is in one partition
   */
  static SelectedSessions of(Dataset<Row> assembled, Prepare.Rules rules, BucketPlan spread) {
    SelectedSessions selected = new SelectedSessions(assembled, spread);
    try {
      selected.select(assembled, rules);
      return selected;
    } catch (RuntimeException | Error e) {
      selected.close();
      throw e;
    }
  }

  private void select(Dataset<Row> assembled, Prepare.Rules rules) {
    boolean draws = rules.sample().n() > 0;
    boolean compares = rules.clean().comparesSessions();
    if (draws || compares) {
      rows = persist(assembled).javaRDD();
    }
    if (draws) {
      rows = DrawSample.of(rows, rules.sample(), spark);
    }
    if (compares) {
      rows = withoutDuplicates(rules.clean(), rules.askedFields());
    }
  }

  /** Rows of {@link StagingRows#SCHEMA}; those of one bucket are adjacent in each partition. */
  JavaRDD<Row> rows() {
    return rows;
  }

  /** The sessions among them that are drawn for a trial. */
  JavaRDD<Row> drawn(EvenSample sample) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    return rows.flatMap(new TakeDrawn(sample.rule(), context.broadcast(sample.numbers())));
  }

  private JavaRDD<Row> withoutDuplicates(CleanConfig clean, List<String> fields) {
    int buckets = spread.buckets();
    BucketPlaces places = BucketPlaces.in(rows);
    JavaPairRDD<Integer, Directive> directives =
        new FindDuplicates(spark, rows, fields, this::persist)
            .directives(clean)
            .flatMap(
                one ->
                    (one.kind() == Directive.Kind.COPY
                            ? Stream.of(one, one.forKept())
                            : Stream.of(one))
                        .iterator())
            .mapToPair(one -> new Tuple2<>(KeyHash.bucket(one.key(), buckets), one))
            .partitionBy(places);
    JavaRDD<Row> others = followed(directives, false);
    boolean copies =
        clean.duplicateSessions() == Duplicates.COPY || clean.nearDuplicates() == Duplicates.COPY;
    return copies ? others.union(inBucketsOfKept(followed(directives, true))) : others;
  }

  private JavaRDD<Row> followed(JavaPairRDD<Integer, Directive> directives, boolean copies) {
    return rows.zipPartitions(directives, new FollowDirectives(spread.buckets(), copies));
  }

  private JavaRDD<Row> inBucketsOfKept(JavaRDD<Row> copies) {
    return spark
        .createDataFrame(copies, StagingRows.SCHEMA)
        .repartition(spread.tasks(), col(StagedRows.BUCKET))
        .sortWithinPartitions(StagedRows.BUCKET)
        .javaRDD();
  }

  private Dataset<Row> persist(Dataset<Row> rows) {
    persisted.add(rows.persist(StorageLevel.DISK_ONLY()));
    return rows;
  }

  @Override
  public void close() {
    persisted.forEach(Dataset::unpersist);
  }
}

package io.turnmill.job.prepare;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.when;

import io.turnmill.clean.Banding;
import io.turnmill.clean.MinHash;
import io.turnmill.clean.SessionDigest;
import io.turnmill.job.config.CleanConfig;
import io.turnmill.job.config.CleanConfig.Duplicates;
import io.turnmill.job.prepare.Directive.Kind;
import io.turnmill.job.rows.ComparedRows;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.rows.StagingRows;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;

/**
 * Finds sessions of one tenant that are asked the same, or nearly the same, in whatever buckets
 * they are. Ids, digests and MinHash signatures are shuffled, and no text.
 *
 * <p>Of sessions with the same messages the one with the smallest id is kept. For near-duplicates
 * the sessions that are kept by that are compared: one that is similar to no session with a smaller
 * id is kept, and a session that is similar to such a one is its duplicate, or that of the smallest
 * of them. A session that is similar to duplicates only is kept as well: so a duplicate is always
 * similar to the session that is kept, and never by way of others.
 *
 * @param sessions rows of {@link StagingRows#SCHEMA}, which are read for each kind of duplicates
 * @param fields the carried fields that are asked about besides the messages
 * @param persist keeps a data set until all sessions are written
 */
record FindDuplicates(
    SparkSession spark,
    JavaRDD<Row> sessions,
    List<String> fields,
    UnaryOperator<Dataset<Row>> persist) {
  private static final String KIND = "kind";
  private static final String ROOT = "root";
  private static final String[] KEY = {ComparedRows.OWNER, ComparedRows.SESSION_ID};

  /** A directive for each duplicate. */
  JavaRDD<Directive> directives(CleanConfig clean) {
    Dataset<Row> none = spark.createDataFrame(List.of(), ComparedRows.PAIRS);
    Dataset<Row> same = clean.duplicateSessions() == Duplicates.KEEP ? none : same();
    Dataset<Row> near = clean.nearDuplicates() == Duplicates.KEEP ? none : near(clean, same);
    Kind ofSame = kind(clean.duplicateSessions(), Kind.REJECTED_DUPLICATE);
    Kind ofNear = kind(clean.nearDuplicates(), Kind.REJECTED_NEAR_DUPLICATE);
    Dataset<Row> nearDuplicates = near.withColumn(KIND, lit(ofNear.name()));
    return (ofSame == Kind.COPY ? copiesOfKept(same, near, ofNear) : with(same, ofSame))
        .unionByName(nearDuplicates)
        .javaRDD()
        .map(FindDuplicates::directive);
  }

  private static Kind kind(Duplicates what, Kind rejected) {
    return switch (what) {
      case KEEP, COPY -> Kind.COPY;
      case REJECT -> rejected;
    };
  }

  private static Dataset<Row> with(Dataset<Row> pairs, Kind kind) {
    return pairs.withColumn(KIND, lit(kind.name()));
  }

  /** A session whose kept one is a near-duplicate itself has the same fate as that one. */
  private static Dataset<Row> copiesOfKept(Dataset<Row> same, Dataset<Row> near, Kind ofNear) {
    Dataset<Row> roots =
        near.select(
            col(ComparedRows.OWNER),
            col(ComparedRows.SESSION_ID).as(ComparedRows.KEPT),
            col(ComparedRows.KEPT).as(ROOT));
    return same.join(roots, new String[] {ComparedRows.OWNER, ComparedRows.KEPT}, "left")
        .select(
            col(ComparedRows.OWNER),
            col(ComparedRows.SESSION_ID),
            coalesce(col(ROOT), col(ComparedRows.KEPT)).as(ComparedRows.KEPT),
            when(col(ROOT).isNull(), Kind.COPY.name()).otherwise(ofNear.name()).as(KIND));
  }

  private static Directive directive(Row row) {
    return new Directive(
        row.getAs(ComparedRows.OWNER),
        row.getAs(ComparedRows.SESSION_ID),
        Kind.valueOf(row.getAs(KIND)),
        row.getAs(ComparedRows.KEPT));
  }

  private Dataset<Row> same() {
    List<String> asked = fields; // a function that is sent to executors takes no more than this
    JavaRDD<Row> digests =
        sessions
            .filter(StagingRows::isSession)
            .map(
                row ->
                    RowFactory.create(
                        ComparedRows.owner(row),
                        row.getAs("session_id"),
                        SessionDigest.of(StagedRows.session(row), asked)));
    return spark
        .createDataFrame(digests, ComparedRows.DIGESTS)
        .withColumn(
            ComparedRows.KEPT,
            min(ComparedRows.SESSION_ID).over(Window.partitionBy(ComparedRows.DIGEST)))
        .where(col(ComparedRows.SESSION_ID).notEqual(col(ComparedRows.KEPT)))
        .drop(ComparedRows.DIGEST);
  }

  private Dataset<Row> near(CleanConfig clean, Dataset<Row> same) {
    Banding banding = Banding.of(clean.nearDuplicateThreshold());
    List<String> asked = fields;
    JavaRDD<Row> hashes =
        sessions.filter(StagingRows::isSession).map(session -> hashes(session, asked, banding));
    JavaRDD<Row> meetings =
        spark
            .createDataFrame(hashes, ComparedRows.HASHES)
            .join(same, KEY, "left_anti")
            .withColumn(CompareBands.BAND, explode(col(ComparedRows.BANDS)))
            .drop(ComparedRows.BANDS)
            .repartition(col(CompareBands.BAND))
            .sortWithinPartitions(CompareBands.BAND, ComparedRows.OWNER, ComparedRows.SESSION_ID)
            .javaRDD();
    Dataset<Row> pairs =
        persist.apply(
            spark
                .createDataFrame(
                    meetings.mapPartitions(new CompareBands(clean.nearDuplicateThreshold())),
                    ComparedRows.PAIRS)
                .distinct());
    Dataset<Row> similarToSmaller =
        pairs
            .select(col(ComparedRows.OWNER), col(ComparedRows.SESSION_ID).as(ComparedRows.KEPT))
            .distinct();
    return pairs
        .join(similarToSmaller, new String[] {ComparedRows.OWNER, ComparedRows.KEPT}, "left_anti")
        .groupBy(KEY[0], KEY[1])
        .agg(min(ComparedRows.KEPT).as(ComparedRows.KEPT));
  }

  private static Row hashes(Row session, List<String> fields, Banding banding) {
    MinHash hash = MinHash.of(StagedRows.session(session), fields);
    return RowFactory.create(
        ComparedRows.owner(session),
        session.getAs("session_id"),
        hash.bands(banding).toArray(),
        hash.signature().bytes());
  }
}

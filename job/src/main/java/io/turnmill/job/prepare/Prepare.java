package io.turnmill.job.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.udf;

import io.turnmill.clean.SessionGroup;
import io.turnmill.job.config.AskedFields;
import io.turnmill.job.config.CheckConfig;
import io.turnmill.job.config.CleanConfig;
import io.turnmill.job.config.JobConfig;
import io.turnmill.job.config.SampleConfig;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.parquet.RowFileWriter;
import io.turnmill.job.rows.EntryRows;
import io.turnmill.job.rows.StagedBucket;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.rows.StagingRows;
import io.turnmill.job.spark.TaskResults;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Groups the archive's records into sessions. They are shuffled once, by bucket; inside a task they
 * are sorted by bucket, and then by session and place, so that the memory of a task is bounded by
 * its longest session. If each record holds a whole session, records are not shuffled, unless
 * sessions are drawn or compared with one another.
 *
 * <pre>
 * entries ─┬─ repartition(bucket) ─ sort(session, place) ─ assemble ─ draw, compare ─┐
 *          └───────────── one session each ─────────────── assemble ─────────────────┤
 *                                       table=sessions/bucket=N/  table=rejected/bucket=N/
 * </pre>
 */
public final class Prepare {
  /** The compression of staged data, which is read once and then removed. */
  private static final String CODEC = "zstd";

  private Prepare() {}

  /**
   * The place where sessions and rejections are staged.
   *
   * @param folder a folder of this attempt at staging and of no other
   * @param hadoop the settings of its file system
   */
  public record Target(String folder, HadoopConf hadoop) {}

  /**
   * What is done with sessions.
   *
   * @param askedFields the carried fields that are asked about: sessions in which they differ are
   *     no duplicates
   * @param needsUserTurn whether the task replies to users, so that a session without one is of no
   *     use
   * @param filesLost whether files of the archive could not be read, so that turns may be missing
   */
  public record Rules(
      CheckConfig check,
      CleanConfig clean,
      SampleConfig sample,
      List<String> askedFields,
      boolean needsUserTurn,
      boolean filesLost) {
    public static Rules of(JobConfig config, boolean filesLost) {
      return new Rules(
          config.check(),
          config.clean(),
          config.sample(),
          AskedFields.of(config),
          config.task().kind().repliesToUser(),
          filesLost);
    }

    /** What is done with documents in tables: all of them are taken as they are. */
    public static Rules ofDocuments(JobConfig config) {
      return new Rules(config.check(), CleanConfig.NONE, SampleConfig.ALL, List.of(), false, false);
    }

    /**
     * Whether sessions are compared or drawn, which takes that each is known by its id alone: then
     * {@link #stage} is needed.
     */
    public boolean needGrouping() {
      return clean.comparesSessions() || sample.leavesOut();
    }
  }

  /**
   * Stages sessions and rejections. Nothing counts before this has returned, and files that other
   * attempts left never count.
   *
   * @param entries rows as {@link EntryRows} describes them
   * @param spread the number of buckets
   */
  public static Prepared stage(
      Dataset<Row> entries, Rules rules, BucketPlan spread, Target target) {
    try (SelectedSessions selected = selected(entries, rules, spread)) {
      return write(selected.rows(), spark(entries), target, spread, BucketsBy.SESSION);
    }
  }

  /**
   * Stages each record as a session of its own, with its neighbours in the input, without a shuffle
   * of the text. The result is checked afterwards: it cannot be used if two records have the same
   * session id, or if the sizes of the buckets differ too much.
   *
   * @param taskBytes the bytes of text of each partition of {@code entries}
   * @param rules which do not need grouping
   * @return nothing if the result cannot be used; then {@link #stage} is needed, into another
   *     folder
   */
  public static Optional<Prepared> stageAsRead(
      Dataset<Row> entries, List<Long> taskBytes, Rules rules, BucketPlan spread, Target target) {
    InputShares shares = InputShares.of(taskBytes, spread.buckets());
    Column bucket =
        udf(shares, DataTypes.IntegerType).asNondeterministic().apply(col(EntryRows.KEY_HASH));
    Dataset<Row> rows =
        assemble(entries.withColumn(StagedRows.BUCKET, bucket), rules)
            .sortWithinPartitions(StagedRows.BUCKET);
    return Optional.of(write(rows.javaRDD(), spark(entries), target, spread, BucketsBy.INPUT))
        .filter(all -> spread.isEven(all.buckets()))
        .filter(all -> !RepeatedSessions.anyIn(all, entries.sparkSession(), target));
  }

  /**
   * Stages the sessions that are drawn for a trial, all in one bucket, and nothing else.
   *
   * @param spread how the sessions are grouped before they are drawn
   * @param sample which sessions; a {@link #survey} of the same archive has drawn them
   */
  public static Prepared stageDrawn(
      Dataset<Row> entries, Rules rules, BucketPlan spread, EvenSample sample, Target target) {
    BucketPlan one = new BucketPlan(1, 1);
    try (SelectedSessions selected = selected(entries, rules, spread)) {
      JavaRDD<Row> drawn = selected.drawn(sample).coalesce(1, /* shuffle= */ true);
      return write(drawn, spark(entries), target, one, BucketsBy.SESSION);
    }
  }

  /**
   * What {@link #count} gives, and a sample of the sessions that the model would be asked, drawn
   * evenly by length and language.
   */
  public static Survey survey(Dataset<Row> entries, Rules rules, BucketPlan spread, EvenDraw draw) {
    Counts.Sum sum = new Counts.Sum();
    Map<SessionGroup, StratumCount> strata = new TreeMap<>();
    try (SelectedSessions selected = selected(entries, rules, spread)) {
      TaskResults.forEach(
          selected.rows().mapPartitions(new SurveyStaged(draw)),
          part -> {
            sum.add(part.counts());
            part.strata()
                .forEach(
                    (group, count) ->
                        strata
                            .computeIfAbsent(group, any -> new StratumCount(draw.sessions()))
                            .add(count));
          });
    }
    return new Survey(sum.counts(), EvenSample.of(draw, strata));
  }

  /**
   * What becomes of records, as rows of {@link StagingRows#SCHEMA}, without comparing sessions and
   * without drawing a sample of them.
   */
  public static Dataset<Row> assembled(Dataset<Row> entries, Rules rules, BucketPlan spread) {
    return assemble(grouped(entries, spread), rules);
  }

  /** The counts that {@link #stage} would give, without writing anything. */
  public static Counts count(Dataset<Row> entries, Rules rules, BucketPlan spread) {
    Counts.Sum sum = new Counts.Sum();
    try (SelectedSessions selected = selected(entries, rules, spread)) {
      TaskResults.forEach(selected.rows().mapPartitions(new CountStaged()), sum::add);
    }
    return sum.counts();
  }

  private static SelectedSessions selected(Dataset<Row> entries, Rules rules, BucketPlan spread) {
    return SelectedSessions.of(assemble(grouped(entries, spread), rules), rules, spread);
  }

  private static String spark(Dataset<Row> entries) {
    return entries.sparkSession().version();
  }

  private static Prepared write(
      JavaRDD<Row> staged, String spark, Target target, BucketPlan spread, BucketsBy bucketsBy) {
    return write(staged, StagedRows.SCHEMA, spark, target, spread, bucketsBy);
  }

  /**
   * Writes staged rows.
   *
   * @param staged rows of {@link StagingRows}; those of one bucket are adjacent
   * @param columns of the rows that are asked about
   * @param spark the version of Spark
   */
  public static Prepared write(
      JavaRDD<Row> staged,
      StructType columns,
      String spark,
      Target target,
      BucketPlan spread,
      BucketsBy bucketsBy) {
    WriteStaged write =
        new WriteStaged(
            target.folder(), target.hadoop(), RowFileWriter.Format.of(CODEC, spark), columns);
    Counts.Sum sum = new Counts.Sum();
    Map<Integer, StagedBucket> buckets = new TreeMap<>();
    TaskResults.forEach(
        staged.mapPartitions(write),
        part -> {
          sum.add(part);
          if (part.hasFiles()) {
            buckets.merge(part.bucket().bucket(), part.bucket(), StagedBucket::plus);
          }
        });
    return new Prepared(
        new Prepared.Facts(target.folder(), spread.buckets(), bucketsBy, sum.counts()),
        List.copyOf(buckets.values()));
  }

  /**
   * Writes staged rows that are in any order.
   *
   * @param staged rows of {@link StagingRows}
   * @param columns of the rows that are asked about
   */
  public static Prepared write(
      Dataset<Row> staged, StructType columns, Target target, BucketPlan spread) {
    JavaRDD<Row> rows =
        staged
            .repartition(spread.tasks(), col(StagedRows.BUCKET))
            .sortWithinPartitions(StagedRows.BUCKET)
            .javaRDD();
    return write(rows, columns, spark(staged), target, spread, BucketsBy.SESSION);
  }

  private static Dataset<Row> grouped(Dataset<Row> entries, BucketPlan spread) {
    Column bucket =
        pmod(col(EntryRows.KEY_HASH), lit((long) spread.buckets())).cast(DataTypes.IntegerType);
    Column[] order =
        Stream.concat(Stream.of(StagedRows.BUCKET), EntryRows.ORDER.stream())
            .map(name -> col(name))
            .toArray(Column[]::new);
    return entries
        .withColumn(StagedRows.BUCKET, bucket)
        .repartition(spread.tasks(), col(StagedRows.BUCKET))
        .sortWithinPartitions(order);
  }

  /** Makes one session of adjacent entries of the same session. */
  private static Dataset<Row> assemble(Dataset<Row> entries, Rules rules) {
    return StagingRows.finish(
        entries.mapPartitions(AssembleSessions.of(rules), Encoders.row(StagingRows.ENCODED)));
  }
}

package io.turnmill.job.chunks;

import static org.apache.spark.sql.functions.col;

import io.turnmill.job.config.ChunkConfig;
import io.turnmill.job.executor.ModelLoader;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.metrics.EngineTally;
import io.turnmill.job.prepare.BucketPlan;
import io.turnmill.job.prepare.BucketsBy;
import io.turnmill.job.prepare.Prepare;
import io.turnmill.job.prepare.Prepare.Target;
import io.turnmill.job.prepare.Prepared;
import io.turnmill.job.rows.ChunkRows;
import io.turnmill.job.rows.RejectedRows;
import io.turnmill.job.rows.ResultCodec;
import io.turnmill.job.rows.ResultRows;
import io.turnmill.job.rows.StagedBucket;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.rows.StagingRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** The steps from staged items to staged chunks, and from these back to items. */
public final class ChunkSteps {
  private final SparkSession spark;
  private final HadoopConf hadoop;

  public ChunkSteps(SparkSession spark, HadoopConf hadoop) {
    this.spark = spark;
    this.hadoop = hadoop;
  }

  /**
   * Cuts items into chunks, which are spread over buckets of their own: those of one long document
   * over many.
   *
   * @param columns of the items' rows
   * @param loader of the model that is asked about the chunks
   * @param engines takes what engines do
   * @param spread the number of buckets
   * @param folder a folder of this attempt and of no other
   */
  public Prepared cut(
      Prepared items,
      StructType columns,
      ModelLoader loader,
      EngineTally engines,
      ChunkConfig settings,
      BucketPlan spread,
      Path folder) {
    CutItems cut =
        new CutItems(
            items.stagingDir(), columns, hadoop, loader, engines, settings, spread.buckets());
    JavaRDD<Row> chunks = buckets(items).flatMap(cut);
    return Prepare.write(
        StagingRows.withCarried(spark.createDataFrame(chunks, StagingRows.STRUCTURED)),
        StagedRows.STRUCTURED,
        new Target(folder.toString(), hadoop),
        spread);
  }

  /**
   * How each item begins: rows of tenant, id and the text of the first chunk.
   *
   * @param chunks as {@link #cut} returned them
   */
  public JavaRDD<Row> openings(Prepared chunks) {
    String folder = chunks.stagingDir();
    StructType columns = StagedRows.inBucket(StagedRows.STRUCTURED);
    HadoopConf conf = hadoop;
    return buckets(chunks)
        .flatMap(
            bucket ->
                ReadRows.of(
                    bucket,
                    folder,
                    columns,
                    conf,
                    row -> JoinedRows.opening(row).stream().iterator()));
  }

  /**
   * What was answered about chunks.
   *
   * @param results the folder of the table of results
   * @param rejected the folder of the table of rejections
   * @param codec of the results
   */
  public record Answers(Path results, Path rejected, ResultCodec<?> codec) {}

  /**
   * Puts items together with their chunks and the answers about them. The items that were rejected
   * when they were staged stay so.
   *
   * @param items as they were given to {@link #cut}
   * @param columns of their rows
   * @param chunks as {@link #cut} returned them
   * @param answers nothing if chunks were not asked about
   * @param ofTask the columns of the answers
   * @param folder a folder of this attempt and of no other
   */
  public Prepared join(
      Prepared items,
      StructType columns,
      Prepared chunks,
      Optional<Answers> answers,
      StructType ofTask,
      Path folder) {
    int count = items.bucketCount();
    HadoopConf conf = hadoop;
    String itemFolder = items.stagingDir();
    String chunkFolder = chunks.stagingDir();
    StructType itemColumns = StagedRows.inBucket(columns);
    StructType chunkColumns = StagedRows.inBucket(StagedRows.STRUCTURED);
    JavaRDD<Row> rows =
        buckets(items)
            .flatMap(
                bucket ->
                    ReadRows.of(
                        bucket,
                        itemFolder,
                        itemColumns,
                        conf,
                        row -> List.of(JoinedRows.ofItem(row, count)).iterator()));
    rows =
        rows.union(
            buckets(chunks)
                .flatMap(
                    bucket ->
                        ReadRows.of(
                            bucket,
                            chunkFolder,
                            chunkColumns,
                            conf,
                            row -> List.of(JoinedRows.ofChunk(row, count)).iterator())));
    if (answers.isPresent()) {
      for (JavaRDD<Row> part : answered(answers.get(), ofTask, count)) {
        rows = rows.union(part);
      }
    }
    BucketPlan spread = new BucketPlan(count, count);
    JavaRDD<Row> joined =
        spark
            .createDataFrame(rows, JoinedRows.schema(ofTask))
            .repartition(tasks(count), col(StagedRows.BUCKET))
            .sortWithinPartitions(JoinedRows.order())
            .javaRDD()
            .mapPartitions(new JoinChunks(ofTask, answers.isPresent()));
    Dataset<Row> staged =
        StagingRows.withCarried(spark.createDataFrame(joined, JoinedRows.joined(ofTask)));
    StructType staging = StagedRows.chunked(ChunkRows.type(ofTask));
    return withRejections(write(staged, staging, spread, folder), items);
  }

  private int tasks(int buckets) {
    return Math.max(1, Math.min(buckets, 4 * context().defaultParallelism()));
  }

  private List<JavaRDD<Row>> answered(Answers answers, StructType ofTask, int buckets) {
    List<JavaRDD<Row>> parts = new ArrayList<>();
    read(answers.results(), ResultRows.schema(answers.codec()))
        .ifPresent(
            table ->
                parts.add(table.javaRDD().map(row -> JoinedRows.ofResult(row, ofTask, buckets))));
    read(answers.rejected(), RejectedRows.SCHEMA)
        .ifPresent(
            table ->
                parts.add(
                    table.javaRDD().map(row -> JoinedRows.ofRejection(row, ofTask, buckets))));
    return parts;
  }

  private Optional<Dataset<Row>> read(Path table, StructType schema) {
    try {
      return table.getFileSystem(hadoop.get()).exists(table)
          ? Optional.of(spark.read().schema(schema).parquet(table.toString()))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One partition for each bucket. */
  private JavaRDD<StagedBucket> buckets(Prepared of) {
    return context().parallelize(of.buckets(), Math.max(1, of.buckets().size()));
  }

  private JavaSparkContext context() {
    return JavaSparkContext.fromSparkContext(spark.sparkContext());
  }

  private Prepared write(Dataset<Row> staged, StructType columns, BucketPlan spread, Path folder) {
    return Prepare.write(
        staged.javaRDD(),
        columns,
        spark.version(),
        new Target(folder.toString(), hadoop),
        spread,
        BucketsBy.SESSION);
  }

  /** The joined items with the counts and the rejections of those that were staged first. */
  private static Prepared withRejections(Prepared joined, Prepared items) {
    Map<Integer, StagedBucket> buckets = new TreeMap<>();
    joined.buckets().forEach(bucket -> buckets.put(bucket.bucket(), bucket));
    for (StagedBucket bucket : items.buckets()) {
      if (bucket.rejectedRows() > 0) {
        buckets.merge(
            bucket.bucket(), bucket.rejectionsAlone(items.stagingDir()), StagedBucket::plus);
      }
    }
    return new Prepared(
        new Prepared.Facts(
            joined.stagingDir(), joined.bucketCount(), joined.bucketsBy(), items.counts()),
        List.copyOf(buckets.values()));
  }
}

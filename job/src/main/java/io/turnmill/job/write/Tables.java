package io.turnmill.job.write;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import io.turnmill.job.rows.InferredRows;
import io.turnmill.job.rows.RejectedRows;
import io.turnmill.job.rows.ResultRows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * The tables that users read, written bucket by bucket: one file of {@code results} and one of
 * {@code rejected}, so that each appears as a whole.
 */
public final class Tables {
  /** As {@link io.turnmill.task.Reply#reused}. */
  private static final String REUSED = "reply.cached_tokens = reply.prompt_tokens";

  private final OutputFolder output;
  private final String codec;

  /**
   * @param codec Parquet's name of the compression
   */
  public Tables(OutputFolder output, String codec) {
    this.output = output;
    this.codec = codec;
  }

  /**
   * Writes what inference makes of a bucket's sessions, as rows of {@link InferredRows}, where
   * {@link #publish} finds it.
   */
  public void writeInferred(int bucket, Dataset<Row> inferred) {
    inferred.write().mode(SaveMode.Overwrite).parquet(output.inferred(bucket).toString());
  }

  /**
   * Writes the bucket's part of both tables; what is there of it is replaced.
   *
   * @param inferred whether {@link #writeInferred} wrote the bucket
   * @param staged rows of {@link RejectedRows} from before inference, if there are any
   * @param stagedRejected their number, by scope and code
   * @return the bucket's books
   */
  public BucketBooks publish(
      SparkSession spark,
      int bucket,
      boolean inferred,
      Optional<Dataset<Row>> staged,
      Map<String, Map<String, Long>> stagedRejected)
      throws IOException {
    output.clearBucket(bucket);
    Dataset<Row> rows =
        inferred
            ? spark
                .read()
                .schema(InferredRows.SCHEMA)
                .parquet(output.inferred(bucket).toString())
                .coalesce(1)
            : spark.createDataFrame(List.of(), InferredRows.SCHEMA);
    BucketBooks books = inferred ? counted(bucket, rows) : BucketBooks.none(bucket);
    List<WrittenFile> files = new ArrayList<>();
    if (books.ok() + books.failed() > 0) {
      write(
          rows.where(col(InferredRows.RESULT).isNotNull()).select(col(InferredRows.RESULT + ".*")),
          output.results(bucket).toString());
      files.addAll(output.files(output.results(bucket), books.ok() + books.failed()));
    }
    Map<String, Map<String, Long>> rejected = new TreeMap<>();
    BucketBooks.addTo(rejected, books.rejectedByScope());
    BucketBooks.addTo(rejected, stagedRejected);
    long rejectedRows = rejected.values().stream().mapToLong(Written::sum).sum();
    if (rejectedRows > 0) {
      Dataset<Row> all =
          rows.where(col(InferredRows.REJECTED).isNotNull())
              .select(col(InferredRows.REJECTED + ".*"));
      write(
          staged.map(before -> before.union(all)).orElse(all), output.rejected(bucket).toString());
      files.addAll(output.files(output.rejected(bucket), rejectedRows));
    }
    return books.with(rejected, files);
  }

  /** A table of rejections must be readable even if nothing was rejected. */
  public void publishNoRejections(SparkSession spark) {
    write(spark.createDataFrame(List.of(), RejectedRows.SCHEMA), output.rejected(0).toString());
  }

  private void write(Dataset<Row> rows, String path) {
    rows.coalesce(1).write().mode(SaveMode.Overwrite).option("compression", codec).parquet(path);
  }

  private static BucketBooks counted(int bucket, Dataset<Row> inferred) {
    String status = InferredRows.RESULT + ".status";
    String error = InferredRows.RESULT + ".error_code";
    String scope = InferredRows.REJECTED + ".scope";
    String code = InferredRows.REJECTED + ".code";
    List<Row> groups =
        inferred
            .groupBy(col(status), col(error), col(scope), col(code))
            .agg(
                count(lit(1)).as("rows"),
                total("reply.prompt_tokens"),
                total("reply.cached_tokens"),
                total("reply.completion_tokens"),
                total("if(%s, 1L, 0L)".formatted(REUSED)),
                total(
                    "if(%s, 0L, reply.prompt_tokens - reply.cached_tokens + reply.completion_tokens)"
                        .formatted(REUSED)))
            .collectAsList();
    long ok = 0;
    long[] tokens = new long[5];
    Map<String, Long> failed = new TreeMap<>();
    Map<String, Map<String, Long>> rejected = new TreeMap<>();
    for (Row group : groups) {
      long rows = group.getLong(4);
      for (int i = 0; i < tokens.length; i++) {
        tokens[i] += group.getLong(5 + i);
      }
      if (group.isNullAt(0)) {
        BucketBooks.addTo(rejected, Map.of(group.getString(2), Map.of(group.getString(3), rows)));
      } else if (group.getString(0).equals(ResultRows.STATUS_OK)) {
        ok += rows;
      } else {
        failed.merge(group.getString(1), rows, Long::sum);
      }
    }
    return new BucketBooks(
        bucket, ok, failed, rejected, tokens[0], tokens[1], tokens[2], tokens[3], tokens[4],
        List.of());
  }

  /** The sum of a term over all replies of a session, and over all sessions. */
  private static Column total(String term) {
    return expr(
        "coalesce(sum(aggregate(%s.replies, 0L, (all, reply) -> all + %s)), 0L)"
            .formatted(InferredRows.RESULT, term));
  }
}

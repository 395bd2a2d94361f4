package io.turnmill.job.prepare;

import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.parquet.RowFileReader;
import io.turnmill.job.rows.StagedBucket;
import io.turnmill.job.rows.StagedBucket.Contents;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.rows.StagingRows;
import io.turnmill.job.rows.VariantBuckets;
import java.io.IOException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Finds out how many of the staged sessions belong to each variant where sessions are shared out.
 * It reads their ids and sizes alone.
 */
public final class SplitSessions {
  /** What the size of a session stands in, and what its share follows from. */
  private static final Set<String> COLUMNS =
      Set.of(
          "tenant", "session_id", StagedRows.DUPLICATE_OF, "message_count", StagedRows.CHAR_COUNT);

  private static final StructType SCHEMA =
      new StructType(
          Arrays.stream(StagingRows.SESSIONS_IN_BUCKET.fields())
              .filter(field -> COLUMNS.contains(field.name()))
              .toArray(StructField[]::new));

  private SplitSessions() {}

  /** The sizes of the sessions of each variant in one staged bucket. */
  private record Shares(int bucket, List<Contents> contents) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /** The staged data as they are asked, each session of one variant. */
  public static Prepared of(
      SparkSession spark, Prepared prepared, VariantBuckets variants, HadoopConf hadoop) {
    List<StagedBucket> buckets =
        prepared.buckets().stream().filter(bucket -> !bucket.sessionFiles().isEmpty()).toList();
    if (buckets.isEmpty()) {
      return AskedBuckets.split(prepared, variants, Map.of());
    }
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    int tasks = Math.min(buckets.size(), 4 * context.defaultParallelism());
    Map<Integer, List<Contents>> shares = new HashMap<>();
    context
        .parallelize(buckets, tasks)
        .map(new Count(prepared.stagingDir(), variants, hadoop))
        .collect()
        .forEach(counted -> shares.put(counted.bucket(), counted.contents()));
    return AskedBuckets.split(prepared, variants, shares);
  }

  /** Counts the sessions of a bucket. */
  private record Count(String folder, VariantBuckets variants, HadoopConf hadoop)
      implements Function<StagedBucket, Shares> {
    private static final long serialVersionUID = 1L;

    @Override
    public Shares call(StagedBucket bucket) throws IOException {
      Contents[] shares = new Contents[variants.variants()];
      Arrays.fill(shares, Contents.NONE);
      for (String file : bucket.sessionFiles()) {
        try (RowFileReader rows =
            RowFileReader.open(new Path(folder, file), SCHEMA, hadoop.get())) {
          while (rows.hasNext()) {
            Row row = rows.next();
            int share = variants.share(StagedRows.askedKey(row));
            shares[share] = shares[share].plus(size(row));
          }
        }
      }
      return new Shares(bucket.bucket(), List.of(shares));
    }

    private static Contents size(Row row) {
      long messages = row.<Integer>getAs("message_count");
      long characters = row.<Long>getAs(StagedRows.CHAR_COUNT);
      return new Contents(1, messages, characters, messages, characters);
    }
  }
}

package io.turnmill.job.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.xxhash64;

import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.parquet.RowFileReader;
import io.turnmill.job.rows.StagedBucket;
import io.turnmill.session.Scope;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Finds out whether two staged sessions have the same id, including those rejected as a whole. */
record RepeatedSessions(String folder, HadoopConf hadoop)
    implements FlatMapFunction<RepeatedSessions.StagedFile, Row> {
  private static final long serialVersionUID = 1L;

  private static final StructType IDS =
      new StructType().add("tenant", DataTypes.StringType).add("session_id", DataTypes.StringType);

  private static final StructType REJECTED_IDS = IDS.add("scope", DataTypes.StringType);

  /** How many files one task reads. */
  private static final int FILES_OF_A_TASK = 64;

  /**
   * A file below the staging folder.
   *
   * @param rejected whether it holds rejections
   */
  record StagedFile(String path, boolean rejected) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Whether there are two such sessions. Only hashes of the ids are shuffled. They have 128 bits,
   * so it is almost certain that equal hashes mean equal ids.
   */
  static boolean anyIn(Prepared staged, SparkSession spark, Prepare.Target target) {
    List<StagedFile> files = staged.buckets().stream().flatMap(RepeatedSessions::files).toList();
    if (files.isEmpty()) {
      return false;
    }
    int slices = (files.size() + FILES_OF_A_TASK - 1) / FILES_OF_A_TASK;
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    JavaRDD<Row> ids =
        context
            .parallelize(
                files, Math.max(slices, Math.min(files.size(), context.defaultParallelism())))
            .flatMap(new RepeatedSessions(target.folder(), target.hadoop()));
    Column[] id = {col("tenant"), col("session_id")};
    Column[] salted = {lit(1), col("tenant"), col("session_id")};
    return !spark
        .createDataFrame(ids, IDS)
        .groupBy(xxhash64(id).as("low"), xxhash64(salted).as("high"))
        .count()
        .where(col("count").gt(1))
        .isEmpty();
  }

  private static Stream<StagedFile> files(StagedBucket bucket) {
    return Stream.concat(
        bucket.sessionFiles().stream().map(path -> new StagedFile(path, false)),
        bucket.rejectedFiles().stream().map(path -> new StagedFile(path, true)));
  }

  @Override
  public Iterator<Row> call(StagedFile file) throws IOException {
    List<Row> ids = new ArrayList<>();
    Path path = new Path(folder, file.path());
    StructType columns = file.rejected() ? REJECTED_IDS : IDS;
    try (RowFileReader rows = RowFileReader.open(path, columns, hadoop.get())) {
      while (rows.hasNext()) {
        Row row = rows.next();
        if (!file.rejected() || Scope.SESSION.wireName().equals(row.getString(2))) {
          ids.add(RowFactory.create(row.get(0), row.get(1)));
        }
      }
    }
    return ids.iterator();
  }
}

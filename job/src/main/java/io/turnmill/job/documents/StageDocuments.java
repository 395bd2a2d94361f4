package io.turnmill.job.documents;

import io.turnmill.document.parse.ParseLimits;
import io.turnmill.job.config.DocumentsConfig;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.prepare.BucketPlan;
import io.turnmill.job.prepare.Prepare;
import io.turnmill.job.prepare.Prepared;
import io.turnmill.job.read.Archive;
import io.turnmill.job.read.DocumentFiles;
import io.turnmill.job.read.DocumentFiles.DocumentFile;
import io.turnmill.job.rows.DocumentRows;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.rows.StagingRows;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Reads documents and stages them by bucket: files through a parser, rows of tables as they are.
 *
 * @param rules what is done with documents in tables
 */
public record StageDocuments(
    SparkSession spark, DocumentsConfig settings, Prepare.Rules rules, HadoopConf hadoop) {
  /** Tasks for each slot, so that few cores are idle if one file takes long. */
  private static final int TASKS_OF_A_SLOT = 4;

  /** The limits of the parser by the settings. */
  static ParseLimits limits(DocumentsConfig settings) {
    ParseLimits usual = ParseLimits.DEFAULT;
    return new ParseLimits(
        settings.maxFileBytes(),
        settings.maxChars(),
        Duration.ofSeconds(settings.maxSeconds()),
        settings.parserMemory(),
        usual.processes(),
        usual.maxParts(),
        usual.maxUnpackedBytes(),
        usual.maxDepth());
  }

  /**
   * Stages all documents, and what did not become one as rejected.
   *
   * @param spread the number of buckets
   * @param folder a folder of this attempt and of no other
   */
  public Prepared stage(DocumentFiles documents, BucketPlan spread, Path folder) {
    Dataset<Row> rows = null;
    if (!documents.files().isEmpty()) {
      rows = parsed(documents.files(), spread);
    }
    if (documents.tables().isPresent()) {
      Dataset<Row> ofTables = ofTables(documents.tables().get(), spread);
      rows = rows == null ? ofTables : rows.unionByName(ofTables);
    }
    try {
      return Prepare.write(
          rows, StagedRows.STRUCTURED, new Prepare.Target(folder.toString(), hadoop), spread);
    } finally {
      ExecutorParser.closeAll();
    }
  }

  private Dataset<Row> parsed(List<DocumentFile> files, BucketPlan spread) {
    List<DocumentFile> dealt = new ArrayList<>(files);
    dealt.sort(Comparator.comparingLong(DocumentFile::length).reversed());
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    int tasks = Math.min(files.size(), TASKS_OF_A_SLOT * context.defaultParallelism());
    JavaRDD<Row> rows =
        context
            .parallelize(dealt(dealt, tasks), tasks)
            .mapPartitions(lists -> lists.next().iterator())
            .mapPartitions(new ParseFiles(settings, hadoop, spread.buckets()));
    return StagingRows.withCarried(spark.createDataFrame(rows, StagingRows.STRUCTURED));
  }

  /** Deals files out, the largest first, so that all tasks have about as much to read. */
  private static List<ArrayList<DocumentFile>> dealt(List<DocumentFile> files, int tasks) {
    List<ArrayList<DocumentFile>> hands = new ArrayList<>();
    for (int i = 0; i < tasks; i++) {
      hands.add(new ArrayList<>());
    }
    for (int i = 0; i < files.size(); i++) {
      hands.get(i % tasks).add(files.get(i));
    }
    return hands;
  }

  private Dataset<Row> ofTables(Archive tables, BucketPlan spread) {
    return DocumentRows.ofTables(Prepare.assembled(tables.entries(), rules, spread));
  }
}

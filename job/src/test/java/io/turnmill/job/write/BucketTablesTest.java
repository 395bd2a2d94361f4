package io.turnmill.job.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.config.OutputConfig.ChunkOutput;
import io.turnmill.job.config.OutputConfig.Layout;
import io.turnmill.job.parquet.RowFileWriter;
import io.turnmill.job.rows.ResultCodec;
import io.turnmill.job.rows.ResultCodecs;
import io.turnmill.job.testing.ChunkedItemsForTests;
import io.turnmill.job.testing.SparkForTests;
import io.turnmill.session.Scope;
import io.turnmill.task.TaskFailureCode;
import io.turnmill.task.TaskOptions;
import io.turnmill.task.TaskResult;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of a bucket of documents. */
class BucketTablesTest {
  private static final SparkSession SPARK = SparkForTests.any();
  private static final TaskOptions TASK = new TaskOptions.Summarise("", "", "");
  private static final ResultCodec<?> CODEC = ChunkedItemsForTests.codec(TASK, Scope.DOCUMENT);

  @TempDir java.nio.file.Path folder;

  private static <A> Row document(ResultCodec<A> ofChunks) {
    TaskResult<A> none = new TaskResult.Failed<>(TaskFailureCode.OUT_OF_MEMORY, "tried alone");
    Row staged = ChunkedItemsForTests.staged(ofChunks, List.of(none, none, none));
    return ChunkedItemsForTests.result(staged, none, CODEC);
  }

  private LedgerEntry written(ChunkOutput chunks, Publication publication, FileSystem files)
      throws IOException {
    RowFileWriter.Format format = RowFileWriter.Format.of("zstd", SPARK.version());
    TableFormat tables =
        new TableFormat(ItemTable.DOCUMENTS, format, CODEC, Layout.SESSION, chunks);
    try (BucketTables bucket = new BucketTables(3, publication, files, tables)) {
      bucket.result(document(ResultCodecs.of(TASK)));
      return bucket.finish();
    }
  }

  @Test
  void chunksOfABucketArePublishedWithItsDocuments() throws IOException {
    FileSystem files = FileSystem.getLocal(new Configuration(false));
    Path root = new Path(folder.toUri());
    Publication publication =
        new Publication(files, root, new Path(root, "work"), ItemTable.DOCUMENTS);
    LedgerEntry entry = written(ChunkOutput.TABLE, publication, files);
    java.nio.file.Path bucket = folder.resolve("chunks/bucket=3");
    Files.createDirectories(bucket);
    Files.writeString(bucket.resolve("document-stale.parquet"), "of before");
    Files.writeString(bucket.resolve("part-0.parquet"), "of sessions");
    assertThat(entry.files()).extracting(WrittenFile::rows).containsExactly(1L, 3L);
    assertThat(entry.counts().failed()).isEqualTo(1);

    publication.publish(entry);

    assertThat(bucket.resolve("document-stale.parquet")).doesNotExist();
    assertThat(bucket.resolve("part-0.parquet")).exists();
    Files.delete(bucket.resolve("part-0.parquet"));
    List<Row> chunks = SPARK.read().parquet(bucket.toString()).orderBy("number").collectAsList();
    assertThat(chunks).hasSize(3);
    assertThat(chunks).extracting(of -> of.getAs("id")).containsOnly("house.txt");
    Row document = SPARK.read().parquet(folder.resolve("documents").toString()).first();
    assertThat(document.schema().fieldNames()).doesNotContain("chunks").contains("bucket");
  }

  @Test
  void nestedChunksHaveNoFileOfTheirOwn() throws IOException {
    FileSystem files = FileSystem.getLocal(new Configuration(false));
    Path root = new Path(folder.toUri());
    Publication publication =
        new Publication(files, root, new Path(root, "work"), ItemTable.DOCUMENTS);
    publication.publish(written(ChunkOutput.NESTED, publication, files));
    assertThat(folder.resolve("chunks")).doesNotExist();
    Row document = SPARK.read().parquet(folder.resolve("documents").toString()).first();
    assertThat(document.<Row>getList(document.fieldIndex("chunks"))).hasSize(3);
  }
}

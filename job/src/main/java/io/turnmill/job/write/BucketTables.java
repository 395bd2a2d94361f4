package io.turnmill.job.write;

import io.turnmill.job.parquet.RowFileReader;
import io.turnmill.job.parquet.RowFileWriter;
import io.turnmill.job.rows.RejectedRows;
import io.turnmill.job.rows.ResultCodec;
import io.turnmill.job.rows.ResultRows;
import io.turnmill.job.rows.ResultTable;
import io.turnmill.job.rows.StagedBucket;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Writes the files of a bucket, one of each table, and counts their rows. A table without rows does
 * not get a file.
 */
final class BucketTables implements Closeable {
  /** What a result counts for that is a copy: nothing was computed for it. */
  private static final Map<String, Long> COPY = Map.of("copied_results", 1L);

  private final int bucket;
  private final Publication publication;
  private final ResultCodec<?> codec;
  private final ResultTable layout;
  private final Optional<ResultTable> ofChunks;
  private final Table results;
  private final Table chunks;
  private final Table rejected;
  private final WrittenCounts.Sum counts = new WrittenCounts.Sum();
  private boolean isFinished;

  BucketTables(int bucket, Publication publication, FileSystem files, TableFormat format) {
    this.codec = format.codec();
    this.layout = format.results();
    this.ofChunks = format.ofChunks();
    this.bucket = bucket;
    this.publication = publication;
    // No other attempt gives this name, so its files can be told from those of others.
    String name = "/" + format.table().filePrefix() + UUID.randomUUID() + ".parquet";
    results = table(format.table().folder(), name, layout.schema(), files, format);
    StructType chunk = ofChunks.map(ResultTable::schema).orElseGet(StructType::new);
    chunks = table(OutputFolder.CHUNKS, name, chunk, files, format);
    rejected = table(OutputFolder.REJECTED, name, format.rejected(), files, format);
    codec.counters().forEach(counter -> counts.count(counter, 0));
  }

  private Table table(
      String folder, String name, StructType schema, FileSystem files, TableFormat format) {
    return new Table(OutputFolder.bucket(folder, bucket) + name, schema, files, format.file());
  }

  /** Copies the rejections of staging. */
  void rejections(StagedBucket staged, Path folder, Configuration hadoop) throws IOException {
    for (String file : staged.rejectedFiles()) {
      try (RowFileReader rows =
          RowFileReader.open(new Path(folder, file), RejectedRows.SCHEMA, hadoop)) {
        while (rows.hasNext()) {
          rejected(RejectedRows.beforeAsking(rows.next(), codec));
        }
      }
    }
  }

  /**
   * Writes the rows of a session or document, and counts it.
   *
   * @param row a row of {@link ResultRows}
   */
  void result(Row row) throws IOException {
    for (Row written : layout.rows(row)) {
      results.write(written);
    }
    if (ofChunks.isPresent()) {
      for (Row chunk : ofChunks.get().rows(row)) {
        chunks.write(chunk);
      }
    }
    if (ResultRows.hasResult(row)) {
      counts.addOk(ResultRows.isCopy(row) ? COPY : codec.count(row));
    } else {
      counts.addFailed(row.getAs("error_code"));
    }
  }

  /**
   * @param row a row of {@link RejectedRows#schema}
   */
  void rejected(Row row) throws IOException {
    rejected.write(row);
    counts.addRejected(row.getAs("scope"), row.getAs("code"));
  }

  /** Closes the files and returns the entry that names them. */
  LedgerEntry finish() throws IOException {
    closeTables();
    isFinished = true;
    List<WrittenFile> written = new ArrayList<>();
    for (Table table : List.of(results, chunks, rejected)) {
      if (table.rows > 0) {
        written.add(publication.written(table.path, table.rows));
      }
    }
    return new LedgerEntry(bucket, counts.counts(), written);
  }

  private void closeTables() throws IOException {
    try (rejected;
        chunks) {
      results.close();
    }
  }

  /** Removes the files unless they were finished. */
  @Override
  public void close() throws IOException {
    if (!isFinished) {
      try {
        closeTables();
      } finally {
        publication.discard(results.path);
        publication.discard(chunks.path);
        publication.discard(rejected.path);
      }
    }
  }

  private final class Table implements Closeable {
    private final String path;
    private final StructType schema;
    private final FileSystem files;
    private final RowFileWriter.Format format;
    private Optional<RowFileWriter> open = Optional.empty();
    private long rows;

    Table(String path, StructType schema, FileSystem files, RowFileWriter.Format format) {
      this.path = path;
      this.schema = schema;
      this.files = files;
      this.format = format;
    }

    void write(Row row) throws IOException {
      if (open.isEmpty()) {
        open =
            Optional.of(RowFileWriter.create(files, publication.unpublished(path), schema, format));
      }
      open.get().write(row);
      rows++;
    }

    @Override
    public void close() throws IOException {
      if (open.isPresent()) {
        RowFileWriter done = open.get();
        open = Optional.empty();
        done.close();
      }
    }
  }
}

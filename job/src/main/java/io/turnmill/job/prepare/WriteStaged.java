package io.turnmill.job.prepare;

import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.parquet.RowFileWriter;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.rows.StagingRows;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Writes rows of {@link StagingRows} into files of each bucket, and returns what it wrote. The rows
 * of one bucket are adjacent. Each attempt at a task writes files of its own, and only files that
 * it returns count: nothing is renamed, and files of a failed attempt are never read.
 *
 * @param folder the folder of the staged data
 * @param hadoop the settings of its file system
 * @param columns of the rows that are asked about
 */
record WriteStaged(
    String folder, HadoopConf hadoop, RowFileWriter.Format format, StructType columns)
    implements FlatMapFunction<Iterator<Row>, StagedPart> {
  private static final long serialVersionUID = 1L;

  @Override
  public Iterator<StagedPart> call(Iterator<Row> rows) throws IOException {
    FileSystem files = new Path(folder).getFileSystem(hadoop.get());
    List<StagedPart> parts = new ArrayList<>();
    TaskContext task = TaskContext.get();
    // A name that no other attempt in this Spark application has.
    String attempt = "part-" + task.partitionId() + "-" + task.taskAttemptId();
    Optional<Bucket> open = Optional.empty();
    try {
      while (rows.hasNext()) {
        Row row = rows.next();
        int bucket = row.<Integer>getAs(StagedRows.BUCKET);
        if (open.isPresent() && open.get().number != bucket) {
          parts.add(open.get().finish());
          open = Optional.empty();
        }
        if (open.isEmpty()) {
          open = Optional.of(new Bucket(bucket, files, attempt + "-" + parts.size()));
        }
        open.get().write(row);
      }
      if (open.isPresent()) {
        parts.add(open.get().finish());
        open = Optional.empty();
      }
    } finally {
      if (open.isPresent()) {
        open.get().close();
      }
    }
    return parts.iterator();
  }

  /** The files of one bucket that this task writes; each is made for its first row. */
  private final class Bucket implements Closeable {
    private final int number;
    private final String fileName;
    private final FileSystem files;
    private final Table sessions;
    private final Table rejected;
    private final StagedPart.Counter counter = new StagedPart.Counter();

    Bucket(int number, FileSystem files, String fileName) {
      this.number = number;
      this.fileName = fileName + ".parquet";
      this.files = files;
      sessions = new Table(StagingRows.SESSIONS, StagedRows.inBucket(columns));
      rejected = new Table(StagingRows.REJECTED, StagingRows.REJECTED_IN_BUCKET);
    }

    void write(Row row) throws IOException {
      String table = row.getAs(StagingRows.TABLE);
      switch (table) {
        case StagingRows.SESSIONS -> sessions.write(row);
        case StagingRows.REJECTED -> rejected.write(row);
        default -> {} // left out, and only counted
      }
      counter.add(row);
    }

    StagedPart finish() throws IOException {
      close();
      return counter.part(number, sessions.written, rejected.written);
    }

    @Override
    public void close() throws IOException {
      try (rejected) {
        sessions.close();
      }
    }

    private final class Table implements Closeable {
      private final String name;
      private final StructType schema;
      private final List<String> written = new ArrayList<>(1);
      private Optional<RowFileWriter> writer = Optional.empty();

      Table(String name, StructType schema) {
        this.name = name;
        this.schema = schema;
      }

      void write(Row row) throws IOException {
        if (writer.isEmpty()) {
          String file = StagingRows.folder(name, number) + "/" + fileName;
          writer = Optional.of(RowFileWriter.create(files, new Path(folder, file), schema, format));
          written.add(file);
        }
        writer.get().write(StagingRows.only(row, schema));
      }

      @Override
      public void close() throws IOException {
        if (writer.isPresent()) {
          RowFileWriter done = writer.get();
          writer = Optional.empty();
          done.close();
        }
      }
    }
  }
}

package io.turnmill.job.chunks;

import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.parquet.RowFileReader;
import io.turnmill.job.rows.StagedBucket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;

/**
 * The rows of the files of one staged bucket, one after another, each made into others. Only one
 * file is open at a time.
 */
final class ReadRows implements Iterator<Row> {
  private final String folder;
  private final StructType schema;
  private final HadoopConf hadoop;
  private final Function<Row, Iterator<Row>> into;
  private final Iterator<String> files;
  private RowFileReader open;
  private Iterator<Row> made = Collections.emptyIterator();

  /**
   * For the task that runs now, at whose end the file is closed.
   *
   * @param folder the folder of the staged data
   * @param schema of the rows
   * @param into makes the rows of one row
   */
  static ReadRows of(
      StagedBucket bucket,
      String folder,
      StructType schema,
      HadoopConf hadoop,
      Function<Row, Iterator<Row>> into) {
    ReadRows rows = new ReadRows(bucket, folder, schema, hadoop, into);
    TaskCompletionListener ends = context -> rows.close();
    TaskContext.get().addTaskCompletionListener(ends);
    return rows;
  }

  private ReadRows(
      StagedBucket bucket,
      String folder,
      StructType schema,
      HadoopConf hadoop,
      Function<Row, Iterator<Row>> into) {
    this.folder = folder;
    this.schema = schema;
    this.hadoop = hadoop;
    this.into = into;
    this.files = bucket.sessionFiles().iterator();
  }

  @Override
  public boolean hasNext() {
    try {
      while (!made.hasNext()) {
        if (open != null && open.hasNext()) {
          made = into.apply(open.next());
        } else if (!openNext()) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean openNext() throws IOException {
    close();
    if (!files.hasNext()) {
      return false;
    }
    open = RowFileReader.open(new Path(folder, files.next()), schema, hadoop.get());
    return true;
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return made.next();
  }

  private void close() {
    try {
      if (open != null) {
        open.close();
        open = null;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

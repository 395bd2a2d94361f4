package io.turnmill.job.infer;

import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.parquet.RowFileReader;
import io.turnmill.job.quarantine.ExecutorLosses;
import io.turnmill.job.quarantine.InFlightStore;
import io.turnmill.job.rows.StagedBucket;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.rows.StagingRows;
import io.turnmill.job.rows.VariantBuckets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Reads the staged sessions of buckets that are not done, each with the number of executors that
 * died in earlier attempts while it was in progress.
 */
final class ReadStaged implements FlatMapFunction<Iterator<StagedBucket>, Row> {
  private static final long serialVersionUID = 1L;

  /** The column with the number of executors that died while a session was in progress. */
  static final String DEATHS = "deaths";

  private final String folder;
  private final HadoopConf hadoop;
  private final DoneBuckets done;
  private final VariantBuckets variants;
  private final InFlightStore inFlight;
  private final StructType inBucket;

  ReadStaged(Infer.Source source, InFlightStore inFlight) {
    this.folder = source.folder();
    this.hadoop = source.hadoop();
    this.done = source.done();
    this.variants = source.variants();
    this.inFlight = inFlight;
    this.inBucket = StagedRows.inBucket(source.columns());
  }

  /** The bucket, the columns of staged rows with carried fields as entries, deaths. */
  static StructType schema(StructType columns) {
    StructType schema = new StructType().add(StagedRows.BUCKET, DataTypes.IntegerType);
    for (StructField field : StagedRows.inBucket(columns).fields()) {
      schema =
          field.name().equals(StagedRows.CARRIED)
              ? schema.add(field.name(), StagingRows.CARRIED_ENTRIES)
              : schema.add(field);
    }
    return schema.add(DEATHS, DataTypes.IntegerType);
  }

  @Override
  public Iterator<Row> call(Iterator<StagedBucket> buckets) throws IOException {
    StagedBucket bucket = buckets.next();
    if (buckets.hasNext()) {
      throw new IllegalStateException("A task has several buckets. This is a bug.");
    }
    if (bucket.sessionFiles().isEmpty() || done.contains(bucket.bucket())) {
      return Collections.emptyIterator();
    }
    Rows rows = new Rows(bucket, inFlight.deaths(bucket.bucket()));
    TaskCompletionListener ends = context -> rows.close();
    TaskContext.get().addTaskCompletionListener(ends);
    return rows;
  }

  /** Reads one file after the other; only one is open at a time. Sessions of others are skipped. */
  private final class Rows implements Iterator<Row> {
    private final int bucket;
    private final ExecutorLosses deaths;
    private final Iterator<String> files;
    private Optional<RowFileReader> open = Optional.empty();
    private Optional<Row> ahead = Optional.empty();

    Rows(StagedBucket staged, ExecutorLosses deaths) {
      this.bucket = staged.bucket();
      this.deaths = deaths;
      this.files = staged.sessionFiles().iterator();
    }

    @Override
    public boolean hasNext() {
      while (ahead.isEmpty() && isInFiles()) {
        ahead =
            Optional.of(open.orElseThrow().next())
                .filter(staged -> variants.asks(bucket, StagedRows.askedKey(staged)));
      }
      return ahead.isPresent();
    }

    private boolean isInFiles() {
      try {
        while (open.isEmpty() || !open.get().hasNext()) {
          close();
          if (!files.hasNext()) {
            return false;
          }
          Path file = new Path(folder, files.next());
          open = Optional.of(RowFileReader.open(file, inBucket, hadoop.get()));
        }
        return true;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Row staged = ahead.orElseThrow();
      ahead = Optional.empty();
      Object[] values = new Object[staged.size() + 2];
      values[0] = bucket;
      for (int i = 0; i < staged.size(); i++) {
        values[i + 1] = staged.get(i);
      }
      values[values.length - 1] =
          deaths.bySession().isEmpty() ? 0 : deaths.of(StagedRows.hash(staged));
      return RowFactory.create(values);
    }

    private void close() {
      try {
        if (open.isPresent()) {
          open.get().close();
          open = Optional.empty();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}

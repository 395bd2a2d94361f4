package io.turnmill.job.read;

import io.turnmill.job.config.InputConfig;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.hadoop.Retry;
import io.turnmill.job.read.DecodedRecord.Broken;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;

/** The function of one task: reads its splits and returns a row for each of their records. */
record ReadSplits(InputConfig input, HadoopConf conf, LostFiles lost)
    implements FlatMapFunction<Iterator<List<Split>>, Row> {
  @Override
  public Iterator<Row> call(Iterator<List<Split>> tasks) {
    RecordRows rows = new RecordRows(input);
    Iterable<List<Split>> all = () -> tasks;
    Stream<Split> splits = StreamSupport.stream(all.spliterator(), false).flatMap(List::stream);
    return new Iterator<>() {
      private final Iterator<Split> left = splits.iterator();
      private Iterator<Row> read = List.<Row>of().iterator();

      @Override
      public boolean hasNext() {
        while (!read.hasNext() && left.hasNext()) {
          read = rows(left.next(), rows).iterator();
        }
        return read.hasNext();
      }

      @Override
      public Row next() {
        return read.next();
      }
    };
  }

  private Stream<Row> rows(Split split, RecordRows rows) {
    Iterator<DecodedRecord> open = open(split, rows.columns());
    Stream<DecodedRecord> records =
        StreamSupport.stream(Spliterators.spliteratorUnknownSize(open, 0), false);
    Optional<LostFile> known = lost.known(split);
    if (known.isEmpty()) {
      return records.map(record -> checked(split, record)).map(rows::row);
    }
    // One row for the file, wherever it cannot be read and however many splits it has.
    Stream<Row> file =
        split.start() == 0 ? Stream.of(known.get().asRecord()).map(rows::row) : Stream.of();
    return Stream.concat(
        file,
        records
            .filter(record -> !SplitRecords.isUnreadable(record))
            .flatMap(record -> rows.rowOfLostFile(record).stream()));
  }

  private DecodedRecord checked(Split split, DecodedRecord record) {
    if (SplitRecords.isUnreadable(record)) {
      lost.found(LostFile.of(split.uri(), (Broken) record));
    }
    return record;
  }

  private Iterator<DecodedRecord> open(Split split, Set<String> columns) {
    // Spark retries a task that failed, and meanwhile the store may recover.
    Retry.Times times =
        TaskContext.get().attemptNumber() == 0 ? Retry.Times.UNDER_WAY : Retry.Times.AT_START;
    SplitRecords records =
        new SplitRecords(split, conf.get(), input.maxRecordBytes(), columns, Retry.of(times));
    TaskCompletionListener close = context -> records.close();
    TaskContext.get().addTaskCompletionListener(close);
    return records;
  }
}

package io.turnmill.job.read;

import io.turnmill.job.config.InputConfig;
import io.turnmill.job.hadoop.HadoopConf;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;

/** The splits of one task in, a row for each of their records out. */
record ReadSplits(InputConfig input, HadoopConf conf)
    implements FlatMapFunction<Iterator<List<Split>>, Row> {
  @Override
  public Iterator<Row> call(Iterator<List<Split>> tasks) {
    RecordRows rows = new RecordRows(input);
    Set<String> columns = rows.columns();
    Iterable<List<Split>> all = () -> tasks;
    Stream<Split> splits = StreamSupport.stream(all.spliterator(), false).flatMap(List::stream);
    return new Iterator<>() {
      private final Iterator<Split> left = splits.iterator();
      private Iterator<DecodedRecord> records = List.<DecodedRecord>of().iterator();

      @Override
      public boolean hasNext() {
        while (!records.hasNext() && left.hasNext()) {
          records = open(left.next(), columns);
        }
        return records.hasNext();
      }

      @Override
      public Row next() {
        return rows.row(records.next());
      }
    };
  }

  private Iterator<DecodedRecord> open(Split split, Set<String> columns) {
    SplitRecords records = new SplitRecords(split, conf.get(), input.maxRecordBytes(), columns);
    TaskCompletionListener close = context -> records.close();
    TaskContext.get().addTaskCompletionListener(close);
    return records;
  }
}

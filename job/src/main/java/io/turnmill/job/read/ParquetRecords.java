package io.turnmill.job.read;

import io.turnmill.job.hadoop.Retry;
import io.turnmill.job.read.DecodedRecord.Broken;
import io.turnmill.job.read.DecodedRecord.Fields;
import io.turnmill.session.Place;
import io.turnmill.session.RejectionCode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * Reads the rows of those row groups of a Parquet file whose middle is in the split. Each file is
 * read by its own schema, because files of one archive may differ in columns and types. Only
 * columns that can matter are read.
 */
final class ParquetRecords implements RecordSource {
  private final String file;
  private final ParquetFileReader reader;
  private final MessageType columns;
  private final String createdBy;
  private RecordReader<Group> rows;
  private long rowsLeft;
  private long row;

  private ParquetRecords(String file, ParquetFileReader reader, Set<String> wanted) {
    this.file = file;
    this.reader = reader;
    MessageType schema = reader.getFileMetaData().getSchema();
    List<Type> types =
        schema.getFields().stream().filter(type -> wanted.contains(type.getName())).toList();
    // if a file does not have any such column, the first one is read, to count its rows
    this.columns =
        new MessageType(schema.getName(), types.isEmpty() ? List.of(schema.getType(0)) : types);
    this.createdBy = reader.getFileMetaData().getCreatedBy();
    reader.setRequestedSchema(columns);
  }

  static ParquetRecords open(Split split, Configuration conf, Set<String> wanted, Retry retry)
      throws IOException {
    ParquetFileReader reader =
        ParquetFileReader.open(
            ParquetInput.of(split, conf, retry),
            HadoopReadOptions.builder(conf)
                .withRange(split.start(), split.start() + split.length())
                .build());
    try {
      return new ParquetRecords(split.shownName(), reader, wanted);
    } catch (RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  @Override
  public Optional<DecodedRecord> next() throws IOException {
    while (rowsLeft == 0) {
      PageReadStore pages = reader.readNextRowGroup();
      if (pages == null) {
        return Optional.empty();
      }
      MessageColumnIO columnIo =
          new ColumnIOFactory(createdBy).getColumnIO(columns, reader.getFileMetaData().getSchema());
      rows = columnIo.getRecordReader(pages, new GroupRecordConverter(columns));
      rowsLeft = pages.getRowCount();
      row = pages.getRowIndexOffset().orElse(0L) - 1;
    }
    row++;
    rowsLeft--;
    Group group = rows.read();
    return Optional.of(DecodedRecord.decode(place(), () -> decode(group)));
  }

  private DecodedRecord decode(Group group) {
    try {
      return new Fields(place(), ParquetValues.map(group));
    } catch (Utf8.InvalidUtf8 e) {
      // This counts the bytes of one value, not of the record.
      return new Broken(place(), RejectionCode.INVALID_UTF8, "");
    }
  }

  @Override
  public Place place() {
    return new Place(file, OptionalLong.empty(), OptionalLong.of(Math.max(0, row)));
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}

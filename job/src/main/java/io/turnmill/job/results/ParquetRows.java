package io.turnmill.job.show;

import io.turnmill.job.config.SetupException;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;

/** The rows of one Parquet file, one after the other, each read when it is asked for. */
final class ParquetRows implements Closeable {
  private final ParquetReader<Group> reader;

  private ParquetRows(ParquetReader<Group> reader) {
    this.reader = reader;
  }

  /** Opens a file for all rows, or for those of one session: then parts without it are not read. */
  static ParquetRows open(Path file, Configuration conf, Optional<String> session)
      throws IOException {
    return new ParquetRows(builder(file, conf, session).build());
  }

  /**
   * Whether the file holds a session; reads the column of ids and no other.
   *
   * @param schema the schema of the file, which has that column
   */
  static boolean holds(Path file, MessageType schema, Configuration conf, String session)
      throws IOException {
    MessageType ids = new MessageType(schema.getName(), schema.getType(ShownRows.SESSION_ID));
    Configuration idsOnly = new Configuration(conf);
    idsOnly.set(ReadSupport.PARQUET_READ_SCHEMA, ids.toString());
    try (ParquetRows rows = open(file, idsOnly, Optional.of(session))) {
      return rows.next().isPresent();
    }
  }

  static MessageType schema(Path file, Configuration conf) throws IOException {
    try (ParquetFileReader footer = ParquetFileReader.open(HadoopInputFile.fromPath(file, conf))) {
      return footer.getFileMetaData().getSchema();
    } catch (RuntimeException notParquet) {
      throw new SetupException(file + " is not a Parquet file, or not a whole one", notParquet);
    }
  }

  Optional<Group> next() throws IOException {
    return Optional.ofNullable(reader.read());
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  private static ParquetReader.Builder<Group> builder(
      Path file, Configuration conf, Optional<String> session) {
    ParquetReader.Builder<Group> builder =
        ParquetReader.builder(new GroupReadSupport(), file).withConf(conf);
    if (session.isEmpty()) {
      return builder;
    }
    Binary id = Binary.fromString(session.get());
    return builder.withFilter(
        FilterCompat.get(FilterApi.eq(FilterApi.binaryColumn(ShownRows.SESSION_ID), id)));
  }
}

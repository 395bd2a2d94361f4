package io.turnmill.job.results;

import io.turnmill.job.config.SetupException;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
import org.apache.parquet.schema.Type;

/** The rows of one Parquet file, one after the other, each read when it is asked for. */
public final class ParquetRows implements Closeable {
  /** The column of the tables of sessions and of rejections. */
  public static final String SESSION_ID = "session_id";

  private final ParquetReader<Group> reader;

  /**
   * The rows that have a certain text in a column. Parts of a file without such rows are not read.
   *
   * @param column one of those that are read
   */
  public record RowsWith(String column, String text) {
    /** The rows of a session. */
    public static RowsWith session(String id) {
      return new RowsWith(SESSION_ID, id);
    }
  }

  private ParquetRows(ParquetReader<Group> reader) {
    this.reader = reader;
  }

  /**
   * Opens a file for all of its columns.
   *
   * @param only the rows that are wanted; empty for all of them
   */
  public static ParquetRows open(Path file, Configuration conf, Optional<RowsWith> only)
      throws IOException {
    return new ParquetRows(builder(file, conf, only).build());
  }

  /**
   * Opens a file for some of its columns.
   *
   * @param schema the schema of the file
   * @param columns their names; those that the file does not have are left out
   * @param only the rows that are wanted; empty for all of them
   */
  public static ParquetRows open(
      Path file,
      MessageType schema,
      Set<String> columns,
      Optional<RowsWith> only,
      Configuration conf)
      throws IOException {
    List<Type> chosen =
        schema.getFields().stream().filter(field -> columns.contains(field.getName())).toList();
    Configuration chosenOnly = new Configuration(conf);
    chosenOnly.set(
        ReadSupport.PARQUET_READ_SCHEMA, new MessageType(schema.getName(), chosen).toString());
    return new ParquetRows(builder(file, chosenOnly, only).build());
  }

  /**
   * Whether the file holds such rows; reads their column and no other.
   *
   * @param schema the schema of the file, which has that column
   */
  public static boolean holds(Path file, MessageType schema, Configuration conf, RowsWith wanted)
      throws IOException {
    Set<String> column = Set.of(wanted.column());
    try (ParquetRows rows = open(file, schema, column, Optional.of(wanted), conf)) {
      return rows.next().isPresent();
    }
  }

  /**
   * The schema of a file of results or of rejected rows.
   *
   * @throws SetupException if it is not a Parquet file
   */
  public static MessageType schema(Path file, Configuration conf) throws IOException {
    try (ParquetFileReader footer = ParquetFileReader.open(HadoopInputFile.fromPath(file, conf))) {
      return footer.getFileMetaData().getSchema();
    } catch (RuntimeException notParquet) {
      throw new SetupException(file + " is not a Parquet file, or not a whole one", notParquet);
    }
  }

  /** The next row; empty after the last one. */
  public Optional<Group> next() throws IOException {
    return Optional.ofNullable(reader.read());
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  private static ParquetReader.Builder<Group> builder(
      Path file, Configuration conf, Optional<RowsWith> only) {
    ParquetReader.Builder<Group> builder =
        ParquetReader.builder(new GroupReadSupport(), file).withConf(conf);
    if (only.isEmpty()) {
      return builder;
    }
    Binary text = Binary.fromString(only.get().text());
    return builder.withFilter(
        FilterCompat.get(FilterApi.eq(FilterApi.binaryColumn(only.get().column()), text)));
  }
}

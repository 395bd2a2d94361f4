package io.turnmill.job.parquet;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.InputFile;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Reads the rows of a file that {@link RowFileWriter} wrote, in their order, one at a time. A map
 * is read as an array of its entries, which are rows of key and value, because Spark's encoders do
 * not take Java's maps; {@code map_from_entries} makes a map of it again.
 */
public final class RowFileReader implements Iterator<Row>, Closeable {
  private final Path file;
  private final StructType schema;
  private final ParquetReader<Group> reader;
  private Group ahead;

  private RowFileReader(Path file, StructType schema, ParquetReader<Group> reader)
      throws IOException {
    this.file = file;
    this.schema = schema;
    this.reader = reader;
    this.ahead = read();
  }

  /**
   * Opens a file.
   *
   * @param schema the schema of its rows, or of some of its columns
   * @throws DamagedFileException when it is not there, or is not such a file; reading rows throws
   *     the same, in an {@link UncheckedIOException}
   * @throws IOException when it cannot be read at the moment
   */
  public static RowFileReader open(Path file, StructType schema, Configuration conf)
      throws IOException {
    Configuration columns = new Configuration(conf);
    columns.set(ReadSupport.PARQUET_READ_SCHEMA, ParquetSchema.of(schema).toString());
    try {
      Builder builder = new Builder(HadoopInputFile.fromPath(file, columns));
      return new RowFileReader(file, schema, builder.usePageChecksumVerification().build());
    } catch (FileNotFoundException e) {
      throw new DamagedFileException(file.toString(), e);
    }
  }

  /**
   * A builder with the given settings; the usual one would parse Hadoop's settings for each file.
   */
  private static final class Builder extends ParquetReader.Builder<Group> {
    Builder(InputFile file) {
      super(file);
    }

    @Override
    protected ReadSupport<Group> getReadSupport() {
      return new GroupReadSupport();
    }
  }

  @Override
  public boolean hasNext() {
    return ahead != null;
  }

  @Override
  public Row next() {
    if (ahead == null) {
      throw new NoSuchElementException();
    }
    Row row = row(ahead, schema);
    try {
      ahead = read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return row;
  }

  /** Reads a row. Parquet throws many kinds of exceptions when a file is damaged. */
  private Group read() throws IOException {
    try {
      return reader.read();
    } catch (RuntimeException e) {
      throw new DamagedFileException(file.toString(), e);
    } catch (IOException e) {
      // This is said of the header of a page; a store has other messages.
      if (String.valueOf(e.getMessage()).startsWith("can not read class")) {
        throw new DamagedFileException(file.toString(), e);
      }
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  private static Row row(Group group, StructType schema) {
    StructField[] fields = schema.fields();
    Object[] values = new Object[fields.length];
    for (int i = 0; i < fields.length; i++) {
      values[i] = value(group, i, fields[i].dataType());
    }
    return new GenericRowWithSchema(values, schema);
  }

  private static Object value(Group group, int field, DataType type) {
    if (group.getFieldRepetitionCount(field) == 0) {
      return null;
    }
    if (type instanceof StructType struct) {
      return row(group.getGroup(field, 0), struct);
    }
    if (type instanceof ArrayType array) {
      return repeated(group.getGroup(field, 0), array.elementType());
    }
    if (type instanceof MapType map) {
      StructType entry = new StructType().add("key", map.keyType()).add("value", map.valueType());
      return entries(group.getGroup(field, 0), entry);
    }
    return primitive(group, field, type);
  }

  private static Object[] repeated(Group list, DataType type) {
    Object[] values = new Object[list.getFieldRepetitionCount(0)];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(list.getGroup(0, i), 0, type);
    }
    return values;
  }

  private static Object[] entries(Group map, StructType entry) {
    Object[] values = new Object[map.getFieldRepetitionCount(0)];
    for (int i = 0; i < values.length; i++) {
      values[i] = row(map.getGroup(0, i), entry);
    }
    return values;
  }

  private static Object primitive(Group group, int field, DataType type) {
    if (type.equals(DataTypes.StringType)) {
      return group.getString(field, 0);
    }
    if (type.equals(DataTypes.IntegerType)) {
      return group.getInteger(field, 0);
    }
    if (type.equals(DataTypes.ByteType)) {
      return (byte) group.getInteger(field, 0);
    }
    if (type.equals(DataTypes.LongType)) {
      return group.getLong(field, 0);
    }
    if (type.equals(DataTypes.TimestampType)) {
      return Timestamp.from(Instant.EPOCH.plus(group.getLong(field, 0), ChronoUnit.MICROS));
    }
    if (type.equals(DataTypes.FloatType)) {
      return group.getFloat(field, 0);
    }
    if (type.equals(DataTypes.DoubleType)) {
      return group.getDouble(field, 0);
    }
    if (type.equals(DataTypes.BooleanType)) {
      return group.getBoolean(field, 0);
    }
    throw new IllegalArgumentException("No Parquet type for " + type.simpleString() + ".");
  }
}

package io.turnmill.job.parquet;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Writes the values of a row for Parquet, as {@link ParquetSchema} lays them out. */
final class RowWriteSupport extends WriteSupport<Row> {
  private final StructType schema;
  private final Map<String, String> footer;
  private RecordConsumer out;

  /**
   * @param footer what the footer says besides the schema, by name
   */
  RowWriteSupport(StructType schema, Map<String, String> footer) {
    this.schema = schema;
    this.footer = footer;
  }

  /** The deprecated method is needed, because Parquet of Spark 3.5 does not have its successor. */
  @Override
  @SuppressWarnings("deprecation")
  public WriteContext init(Configuration conf) {
    return new WriteContext(ParquetSchema.of(schema), new LinkedHashMap<>(footer));
  }

  @Override
  public void prepareForWrite(RecordConsumer consumer) {
    out = consumer;
  }

  @Override
  public void write(Row row) {
    out.startMessage();
    fields(row, schema);
    out.endMessage();
  }

  private void fields(Row row, StructType struct) {
    StructField[] fields = struct.fields();
    for (int i = 0; i < fields.length; i++) {
      field(fields[i].name(), i, fields[i].dataType(), row, i);
    }
  }

  private void field(String name, int index, DataType type, Row row, int column) {
    if (row.isNullAt(column)) {
      return;
    }
    out.startField(name, index);
    if (type instanceof StructType struct) {
      group(row.getStruct(column), struct);
    } else if (type instanceof ArrayType array) {
      list(elements(row, column), array.elementType());
    } else if (type instanceof MapType map) {
      map(row.getJavaMap(column), map);
    } else {
      primitive(type, row.get(column));
    }
    out.endField(name, index);
  }

  private void group(Row row, StructType struct) {
    out.startGroup();
    fields(row, struct);
    out.endGroup();
  }

  /**
   * The elements of a list: Scala's sequence in a row that went through an encoder, else an array.
   */
  private static List<?> elements(Row row, int column) {
    return row.get(column) instanceof Object[] array ? Arrays.asList(array) : row.getList(column);
  }

  private void list(List<?> elements, DataType type) {
    out.startGroup();
    if (!elements.isEmpty()) {
      out.startField("list", 0);
      for (Object element : elements) {
        out.startGroup();
        item("element", 0, type, element);
        out.endGroup();
      }
      out.endField("list", 0);
    }
    out.endGroup();
  }

  private void map(Map<?, ?> entries, MapType type) {
    out.startGroup();
    if (!entries.isEmpty()) {
      out.startField("key_value", 0);
      entries.forEach(
          (key, value) -> {
            out.startGroup();
            item("key", 0, type.keyType(), key);
            item("value", 1, type.valueType(), value);
            out.endGroup();
          });
      out.endField("key_value", 0);
    }
    out.endGroup();
  }

  private void item(String name, int index, DataType type, Object value) {
    if (value == null) {
      return;
    }
    out.startField(name, index);
    if (type instanceof StructType struct) {
      group((Row) value, struct);
    } else {
      primitive(type, value);
    }
    out.endField(name, index);
  }

  private void primitive(DataType type, Object value) {
    if (type.equals(DataTypes.StringType)) {
      out.addBinary(Binary.fromString((String) value));
    } else if (type.equals(DataTypes.IntegerType)) {
      out.addInteger((Integer) value);
    } else if (type.equals(DataTypes.ByteType)) {
      out.addInteger((Byte) value);
    } else if (type.equals(DataTypes.LongType)) {
      out.addLong((Long) value);
    } else if (type.equals(DataTypes.TimestampType)) {
      out.addLong(micros(value));
    } else if (type.equals(DataTypes.FloatType)) {
      out.addFloat((Float) value);
    } else if (type.equals(DataTypes.DoubleType)) {
      out.addDouble((Double) value);
    } else if (type.equals(DataTypes.BooleanType)) {
      out.addBoolean((Boolean) value);
    } else {
      throw new IllegalArgumentException("No Parquet type for " + type.simpleString() + ".");
    }
  }

  /** Microseconds since 1970, rounded down. */
  private static long micros(Object value) {
    Instant instant = value instanceof Timestamp time ? time.toInstant() : (Instant) value;
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), TimeUnit.SECONDS.toMicros(1)),
        TimeUnit.NANOSECONDS.toMicros(instant.getNano()));
  }
}

package io.turnmill.job.parquet;

import java.util.List;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Makes Parquet schemas of Spark's types: lists of three levels and maps of two, as the Parquet
 * format defines them (LogicalTypes.md), timestamps as microseconds in UTC.
 */
final class ParquetSchema {
  /** The name that Spark gives to the root of its schemas. */
  private static final String ROOT = "spark_schema";

  private ParquetSchema() {}

  static MessageType of(StructType schema) {
    return new MessageType(ROOT, fields(schema));
  }

  private static List<Type> fields(StructType struct) {
    return List.of(struct.fields()).stream().map(ParquetSchema::field).toList();
  }

  private static Type field(StructField field) {
    return type(field.dataType(), field.nullable(), field.name());
  }

  private static Type type(DataType type, boolean nullable, String name) {
    Repetition repetition = nullable ? Repetition.OPTIONAL : Repetition.REQUIRED;
    if (type instanceof StructType struct) {
      return new GroupType(repetition, name, fields(struct));
    }
    if (type instanceof ArrayType array) {
      Type element = type(array.elementType(), array.containsNull(), "element");
      return Types.buildGroup(repetition)
          .as(LogicalTypeAnnotation.listType())
          .addField(new GroupType(Repetition.REPEATED, "list", element))
          .named(name);
    }
    if (type instanceof MapType map) {
      Type key = type(map.keyType(), /* nullable= */ false, "key");
      Type value = type(map.valueType(), map.valueContainsNull(), "value");
      return Types.buildGroup(repetition)
          .as(LogicalTypeAnnotation.mapType())
          .addField(new GroupType(Repetition.REPEATED, "key_value", key, value))
          .named(name);
    }
    return primitive(type, repetition, name);
  }

  private static Type primitive(DataType type, Repetition repetition, String name) {
    if (type.equals(DataTypes.StringType)) {
      return Types.primitive(PrimitiveTypeName.BINARY, repetition)
          .as(LogicalTypeAnnotation.stringType())
          .named(name);
    }
    if (type.equals(DataTypes.TimestampType)) {
      return Types.primitive(PrimitiveTypeName.INT64, repetition)
          .as(LogicalTypeAnnotation.timestampType(/* isAdjustedToUTC= */ true, TimeUnit.MICROS))
          .named(name);
    }
    if (type.equals(DataTypes.ByteType)) {
      return Types.primitive(PrimitiveTypeName.INT32, repetition)
          .as(LogicalTypeAnnotation.intType(Byte.SIZE, /* isSigned= */ true))
          .named(name);
    }
    return Types.primitive(plain(type), repetition).named(name);
  }

  private static PrimitiveTypeName plain(DataType type) {
    if (type.equals(DataTypes.IntegerType)) {
      return PrimitiveTypeName.INT32;
    }
    if (type.equals(DataTypes.LongType)) {
      return PrimitiveTypeName.INT64;
    }
    if (type.equals(DataTypes.FloatType)) {
      return PrimitiveTypeName.FLOAT;
    }
    if (type.equals(DataTypes.DoubleType)) {
      return PrimitiveTypeName.DOUBLE;
    }
    if (type.equals(DataTypes.BooleanType)) {
      return PrimitiveTypeName.BOOLEAN;
    }
    throw new IllegalArgumentException("No Parquet type for " + type.simpleString() + ".");
  }
}

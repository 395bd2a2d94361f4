package io.turnmill.job.read;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/**
 * Makes plain values of Parquet's: maps of groups, lists of both forms of lists, instants of
 * timestamps of every unit and of the old INT96, ISO text of dates.
 */
final class ParquetValues {
  private static final long JULIAN_DAY_OF_EPOCH = 2_440_588;

  private ParquetValues() {}

  static Map<String, Object> map(Group group) throws Utf8.InvalidUtf8 {
    Map<String, Object> values = new LinkedHashMap<>();
    GroupType type = group.getType();
    for (int i = 0; i < type.getFieldCount(); i++) {
      Type field = type.getType(i);
      if (field.isRepetition(Type.Repetition.REPEATED)) {
        values.put(field.getName(), repeated(group, i));
      } else if (group.getFieldRepetitionCount(i) > 0) {
        values.put(field.getName(), value(group, i, 0));
      } else {
        values.put(field.getName(), null);
      }
    }
    return values;
  }

  private static List<Object> repeated(Group group, int field) throws Utf8.InvalidUtf8 {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < group.getFieldRepetitionCount(field); i++) {
      values.add(value(group, field, i));
    }
    return values;
  }

  private static Object value(Group group, int field, int index) throws Utf8.InvalidUtf8 {
    Type type = group.getType().getType(field);
    if (type.isPrimitive()) {
      return primitive(group, field, index, type.asPrimitiveType());
    }
    Group inner = group.getGroup(field, index);
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    if (logical instanceof ListLogicalTypeAnnotation && inner.getType().getFieldCount() == 1) {
      return list(inner);
    }
    if (logical instanceof MapLogicalTypeAnnotation && inner.getType().getFieldCount() == 1) {
      return keyed(inner);
    }
    return map(inner);
  }

  /**
   * The elements of a list. Each entry of the repeated field wraps its element, except in files of
   * old writers, where the entry is the element: see the rules in Parquet's LogicalTypes.md.
   */
  private static List<Object> list(Group list) throws Utf8.InvalidUtf8 {
    Type entry = list.getType().getType(0);
    boolean wrapped =
        !entry.isPrimitive()
            && entry.asGroupType().getFieldCount() == 1
            && !entry.getName().equals("array")
            && !entry.getName().endsWith("_tuple");
    if (!wrapped) {
      return repeated(list, 0);
    }
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < list.getFieldRepetitionCount(0); i++) {
      Group wrapper = list.getGroup(0, i);
      values.add(wrapper.getFieldRepetitionCount(0) == 0 ? null : value(wrapper, 0, 0));
    }
    return values;
  }

  private static Map<String, Object> keyed(Group map) throws Utf8.InvalidUtf8 {
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < map.getFieldRepetitionCount(0); i++) {
      Group pair = map.getGroup(0, i);
      boolean present = pair.getType().getFieldCount() > 1 && pair.getFieldRepetitionCount(1) > 0;
      values.put(String.valueOf(value(pair, 0, 0)), present ? value(pair, 1, 0) : null);
    }
    return values;
  }

  private static Object primitive(Group group, int field, int index, PrimitiveType type)
      throws Utf8.InvalidUtf8 {
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    return switch (type.getPrimitiveTypeName()) {
      case BOOLEAN -> group.getBoolean(field, index);
      case FLOAT -> group.getFloat(field, index);
      case DOUBLE -> group.getDouble(field, index);
      case INT32 -> number(group.getInteger(field, index), logical);
      case INT64 -> number(group.getLong(field, index), logical);
      case INT96 -> julian(group.getInt96(field, index));
      case BINARY, FIXED_LEN_BYTE_ARRAY -> bytes(group.getBinary(field, index), logical);
    };
  }

  private static Object number(long value, LogicalTypeAnnotation logical) {
    if (logical instanceof TimestampLogicalTypeAnnotation timestamp) {
      ChronoUnit unit =
          switch (timestamp.getUnit()) {
            case MILLIS -> ChronoUnit.MILLIS;
            case MICROS -> ChronoUnit.MICROS;
            case NANOS -> ChronoUnit.NANOS;
          };
      return Instant.EPOCH.plus(value, unit);
    }
    if (logical instanceof DateLogicalTypeAnnotation) {
      return LocalDate.ofEpochDay(value).toString();
    }
    if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
      return BigDecimal.valueOf(value, decimal.getScale());
    }
    return value;
  }

  private static Object bytes(Binary binary, LogicalTypeAnnotation logical)
      throws Utf8.InvalidUtf8 {
    byte[] bytes = binary.getBytes();
    if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
      return new BigDecimal(new BigInteger(bytes), decimal.getScale());
    }
    if (logical instanceof UUIDLogicalTypeAnnotation) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      return new UUID(buffer.getLong(), buffer.getLong()).toString();
    }
    return Utf8.decode(bytes, 0, bytes.length);
  }

  /** Reads a timestamp: the nanoseconds of the day, then the Julian day, both little-endian. */
  private static Instant julian(Binary int96) {
    ByteBuffer buffer = ByteBuffer.wrap(int96.getBytes()).order(ByteOrder.LITTLE_ENDIAN);
    long nanos = buffer.getLong();
    long day = buffer.getInt() - JULIAN_DAY_OF_EPOCH;
    return Instant.EPOCH.plus(day, ChronoUnit.DAYS).plusNanos(nanos);
  }
}

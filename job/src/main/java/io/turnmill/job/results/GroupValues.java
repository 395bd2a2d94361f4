package io.turnmill.job.results;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.JulianFields;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.NanoTime;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/** Reads values of a Parquet row by name; a column that is missing reads as null. */
public final class GroupValues {
  private GroupValues() {}

  /** A value as text, whatever its type; timestamps as ISO-8601. */
  public static Optional<String> text(Group group, String name) {
    if (!has(group, name)) {
      return Optional.empty();
    }
    Type type = group.getType().getType(name);
    if (type.isPrimitive()
        && type.asPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BINARY) {
      return Optional.of(group.getString(name, 0));
    }
    return Optional.of(group.getValueToString(group.getType().getFieldIndex(name), 0));
  }

  /** A whole number; 0 where there is none. */
  public static long number(Group group, String name) {
    return text(group, name).map(Long::parseLong).orElse(0L);
  }

  /** A number that need not be whole. */
  public static Optional<Double> real(Group group, String name) {
    return text(group, name).map(Double::valueOf);
  }

  /** Spark writes timestamps as INT96 by default, and as INT64 if told so. */
  public static Optional<Instant> timestamp(Group group, String name) {
    if (!has(group, name)) {
      return Optional.empty();
    }
    Type type = group.getType().getType(name);
    if (type.asPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.INT96) {
      NanoTime time = NanoTime.fromBinary(group.getInt96(name, 0));
      LocalDate day = LocalDate.EPOCH.with(JulianFields.JULIAN_DAY, time.getJulianDay());
      Instant midnight = day.atStartOfDay(ZoneOffset.UTC).toInstant();
      return Optional.of(midnight.plusNanos(time.getTimeOfDayNanos()));
    }
    return Optional.of(Instant.EPOCH.plus(group.getLong(name, 0), unit(type)));
  }

  /** The elements of a list of structs, in the three-level layout of the Parquet format. */
  public static List<Group> structs(Group group, String name) {
    if (!has(group, name)) {
      return List.of();
    }
    Group list = group.getGroup(name, 0);
    return IntStream.range(0, list.getFieldRepetitionCount(0))
        .mapToObj(i -> list.getGroup(0, i))
        .filter(element -> element.getFieldRepetitionCount(0) > 0)
        .map(element -> element.getGroup(0, 0))
        .toList();
  }

  /** The elements of a list of single values, as texts. */
  public static List<String> list(Group group, String name) {
    if (!has(group, name)) {
      return List.of();
    }
    Group list = group.getGroup(name, 0);
    return IntStream.range(0, list.getFieldRepetitionCount(0))
        .mapToObj(i -> list.getGroup(0, i))
        .map(element -> text(element, element.getType().getFieldName(0)).orElse(""))
        .toList();
  }

  /** Whether a flag is set. */
  public static boolean isTrue(Group group, String name) {
    return text(group, name).map(Boolean::parseBoolean).orElse(false);
  }

  /** A map from text to text. */
  public static Map<String, String> texts(Group group, String name) {
    Map<String, String> entries = new LinkedHashMap<>();
    if (has(group, name)) {
      Group map = group.getGroup(name, 0);
      for (int i = 0; i < map.getFieldRepetitionCount(0); i++) {
        Group entry = map.getGroup(0, i);
        entries.put(entry.getString(0, 0), text(entry, "value").orElse(""));
      }
    }
    return entries;
  }

  /** Whether a row has a value in a column. */
  public static boolean has(Group group, String name) {
    return group.getType().containsField(name) && group.getFieldRepetitionCount(name) > 0;
  }

  private static ChronoUnit unit(Type type) {
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    if (logical instanceof TimestampLogicalTypeAnnotation timestamp) {
      return switch (timestamp.getUnit()) {
        case MILLIS -> ChronoUnit.MILLIS;
        case MICROS -> ChronoUnit.MICROS;
        case NANOS -> ChronoUnit.NANOS;
      };
    }
    return ChronoUnit.MICROS;
  }
}

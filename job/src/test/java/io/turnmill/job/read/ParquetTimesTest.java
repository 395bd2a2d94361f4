package io.turnmill.job.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.prepare.BucketPlan;
import io.turnmill.job.prepare.Prepare;
import io.turnmill.job.prepare.Prepared;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.testing.InputsForTests;
import io.turnmill.job.testing.SparkForTests;
import io.turnmill.job.testing.StagedForTests;
import io.turnmill.session.Session;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.JulianFields;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Times of every type of Parquet, from all over its range: kept to the microsecond, or a code. */
class ParquetTimesTest {
  private static final SparkSession SPARK = SparkForTests.session();
  private static final Instant FIRST = Instant.parse("1900-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("2261-12-31T23:59:59.999999Z");
  private static final List<String> TEXTS =
      List.of(
          "1900-01-01T00:00:00Z",
          "1899-12-31T23:59:59.999999Z",
          "1969-12-31T23:59:59.999999Z",
          "2024-05-01T12:00:00.123456Z",
          "2261-12-31T23:59:59.999999Z",
          "2262-01-01T00:00:00Z");

  @TempDir Path dir;

  /** The usual times, the ends of the range, and some from all over it. */
  private static List<Long> longs(Function<Instant, Long> usual) {
    List<Long> all = new ArrayList<>(List.of(Long.MIN_VALUE, -1L, 0L, 1L, Long.MAX_VALUE));
    TEXTS.forEach(text -> all.add(usual.apply(Instant.parse(text))));
    new Random(3).longs(300).forEach(all::add);
    return all;
  }

  @Test
  void timestampsOfEveryUnit() throws IOException {
    for (ChronoUnit unit : List.of(ChronoUnit.MILLIS, ChronoUnit.MICROS, ChronoUnit.NANOS)) {
      List<Long> values =
          longs(
              time ->
                  time.getEpochSecond() * (1_000_000_000L / unit.getDuration().toNanos())
                      + time.getNano() / unit.getDuration().toNanos());
      List<Instant> times = values.stream().map(value -> Instant.EPOCH.plus(value, unit)).toList();
      check("int64 timestamp (TIMESTAMP(" + unit.name() + ",true))", values, times);
    }
  }

  @Test
  void dates() throws IOException {
    List<Integer> values =
        new ArrayList<>(List.of(Integer.MIN_VALUE, -1, 0, 1, Integer.MAX_VALUE, -25_567, -25_568));
    TEXTS.forEach(
        text ->
            values.add(
                (int) LocalDate.ofInstant(Instant.parse(text), ZoneOffset.UTC).toEpochDay()));
    new Random(4).ints(300).forEach(values::add);
    List<Instant> times =
        values.stream().map(day -> Instant.EPOCH.plus(day, ChronoUnit.DAYS)).toList();
    check("int32 timestamp (DATE)", values, times);
  }

  @Test
  void theOldKindOfTimestamps() throws IOException {
    List<byte[]> values = new ArrayList<>();
    List<Instant> times = new ArrayList<>();
    Random random = new Random(5);
    for (int i = 0; i < 300; i++) {
      long day = i < 200 ? 2_415_000 + random.nextInt(150_000) : random.nextInt();
      long nanos = i % 2 == 0 ? random.nextLong() : random.nextInt();
      values.add(
          ByteBuffer.allocate(12)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(nanos)
              .putInt((int) day)
              .array());
      LocalDate date = LocalDate.EPOCH.with(JulianFields.JULIAN_DAY, day);
      times.add(date.atStartOfDay(ZoneOffset.UTC).toInstant().plusNanos(nanos));
    }
    check("int96 timestamp", values, times);
  }

  @Test
  void numbersOfEveryType() throws IOException {
    List<Long> seconds = longs(Instant::getEpochSecond);
    check(
        "int64 timestamp",
        seconds,
        seconds.stream().map(s -> ofNumber(BigDecimal.valueOf(s))).toList());
    List<Double> doubles = new ArrayList<>();
    List<Float> floats = new ArrayList<>();
    List<Integer> ints = new ArrayList<>();
    for (long number : seconds) {
      doubles.add((double) number);
      floats.add((float) number);
      ints.add((int) number);
    }
    doubles.addAll(List.of(Double.NaN, Double.POSITIVE_INFINITY, Double.MAX_VALUE));
    floats.addAll(List.of(Float.NaN, Float.NEGATIVE_INFINITY, Float.MAX_VALUE));
    check("double timestamp", doubles, doubles.stream().map(d -> ofDouble(d)).toList());
    check("float timestamp", floats, floats.stream().map(f -> ofDouble(f.doubleValue())).toList());
    check(
        "int32 timestamp", ints, ints.stream().map(i -> ofNumber(BigDecimal.valueOf(i))).toList());
  }

  /** Seconds, milliseconds, microseconds or nanoseconds, as the size tells. */
  private static Instant ofNumber(BigDecimal number) {
    double size = Math.abs(number.doubleValue());
    int exponent = size < 1e11 ? 6 : size < 1e14 ? 3 : size < 1e17 ? 0 : -3;
    BigDecimal micros = number.movePointRight(exponent).setScale(0, RoundingMode.FLOOR);
    // More than a long can hold is no time of a conversation.
    return micros.abs().compareTo(new BigDecimal("9e18")) < 0
        ? Instant.EPOCH.plus(micros.longValueExact(), ChronoUnit.MICROS)
        : Instant.MAX;
  }

  private static Instant ofDouble(double number) {
    return Double.isFinite(number) ? ofNumber(BigDecimal.valueOf(number)) : Instant.MAX;
  }

  /** Through reading, grouping and staging; never by the code under test. */
  private void check(String declaration, List<?> values, List<Instant> times) throws IOException {
    Path at = Files.createTempDirectory(dir, "times");
    ParquetForTests.messages(at.resolve("in/t.parquet"), declaration, values);
    Prepared prepared =
        Prepare.stage(
            Archive.open(SPARK, InputsForTests.of(at.resolve("in"))).entries(),
            InputsForTests.rules(InputsForTests.REJECT_MESSAGE, false),
            new BucketPlan(1, 1),
            StagedForTests.target(at.resolve("staging")));
    Map<String, Instant> staged = new TreeMap<>();
    for (Row row : StagedForTests.sessions(SPARK, prepared).collectAsList()) {
      Session session = StagedRows.session(row);
      Optional<Instant> time = session.messages().get(0).timestamp();
      time.ifPresent(read -> staged.put(session.key().sessionId(), read));
    }
    Map<String, Instant> expected = new TreeMap<>();
    for (int i = 0; i < times.size(); i++) {
      if (!times.get(i).isBefore(FIRST) && !times.get(i).isAfter(LAST.plusNanos(999))) {
        expected.put("s" + i, times.get(i).truncatedTo(ChronoUnit.MICROS));
      }
    }
    assertThat(staged).as(declaration).isEqualTo(expected);
    assertThat(expected).hasSizeGreaterThan(2);
    int nothing =
        Collections.frequency(values, Double.NaN) + Collections.frequency(values, Float.NaN);
    List<String> codes = new ArrayList<>();
    StagedForTests.rejected(SPARK, prepared)
        .collectAsList()
        .forEach(row -> codes.add(row.getAs("scope") + " " + row.getAs("code")));
    assertThat(codes)
        .isSubsetOf("timestamp invalid_timestamp")
        .hasSize(values.size() - expected.size() - nothing);
  }
}

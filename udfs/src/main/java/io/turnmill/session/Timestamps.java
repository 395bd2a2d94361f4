package io.turnmill.session;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads the time of a message: a date and time as text ({@link TimeText}), or a number or its text.
 * Times are exact to the microsecond; finer parts are cut off.
 *
 * <p>Times of conversations lie in the years 1900 to 2261. Before 1900 the calendars of Spark and
 * of its readers differ, and some versions refuse to write such a time; after 2261 a time does not
 * fit the 64-bit nanoseconds of other readers. The times that programs write for "no time" are
 * outside of these years (the years 1 and 9999), and so is a date and time in digits if it is read
 * as milliseconds (20240131100000 would be the year 2611). Shorter dates in digits would be times
 * of 1970 and 1976 (20240131, 202401311000), and days of a spreadsheet would be the first of
 * January 1970 (45322.4). So unless the settings say what numbers count, such numbers are not
 * times.
 *
 * @param unit the unit of numbers
 */
record Timestamps(TimestampUnit unit) {
  private static final BigDecimal SECONDS_BELOW = new BigDecimal("1e11");
  private static final BigDecimal MILLIS_BELOW = new BigDecimal("1e14");
  private static final BigDecimal MICROS_BELOW = new BigDecimal("1e17");

  private static final BigDecimal MILLIS_PER_DAY = BigDecimal.valueOf(86_400_000L);
  private static final BigDecimal DAY_THAT_NEVER_WAS = BigDecimal.valueOf(60);
  private static final Instant DAY_0 = Instant.parse("1899-12-30T00:00:00Z");

  private static final Instant FIRST = Instant.parse("1900-01-01T00:00:00Z");
  private static final Instant END = Instant.parse("2262-01-01T00:00:00Z");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?\\d{1,20}(\\.\\d{1,18})?([eE][+-]?\\d{1,2})?");

  private static final Pattern DATE_IN_DIGITS =
      Pattern.compile(
          "(?:19|20)\\d\\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])(?:[01]\\d[0-5]\\d|2[0-3][0-5]\\d)?");

  /** Reads a time, whatever its year; empty if the value does not say one. */
  Optional<Instant> parse(Object value) {
    try {
      return read(value).map(instant -> instant.truncatedTo(ChronoUnit.MICROS));
    } catch (DateTimeException | ArithmeticException e) {
      return Optional.empty();
    }
  }

  /** Whether a time can be that of a conversation: of the years 1900 to 2261. */
  static boolean isOfAConversation(Instant time) {
    return !time.isBefore(FIRST) && time.isBefore(END);
  }

  private Optional<Instant> read(Object value) {
    if (value instanceof Instant instant) {
      return Optional.of(instant);
    }
    if (value instanceof Number number) {
      return exact(number).map(this::counted);
    }
    if (value instanceof String text) {
      String stripped = text.strip();
      return Optional.of(
          NUMBER.matcher(stripped).matches()
              ? counted(new BigDecimal(stripped))
              : TimeText.parse(stripped));
    }
    return Optional.empty();
  }

  /** The exact number, if it is finite and not too large to be written out. */
  private static Optional<BigDecimal> exact(Number number) {
    if (number instanceof Double || number instanceof Float) {
      double value = number.doubleValue();
      return Double.isFinite(value) ? Optional.of(BigDecimal.valueOf(value)) : Optional.empty();
    }
    BigDecimal decimal = number instanceof BigDecimal big ? big : new BigDecimal(number.toString());
    boolean sane = Math.abs((long) decimal.scale()) < 100 && decimal.precision() < 100;
    return sane ? Optional.of(decimal) : Optional.empty();
  }

  private Instant counted(BigDecimal number) {
    return switch (unit) {
      case AUTO -> {
        if (DATE_IN_DIGITS.matcher(number.toPlainString()).matches() || isSpreadsheetDay(number)) {
          throw new DateTimeException("a number that counts no seconds");
        }
        yield new Timestamps(bySize(number.abs())).counted(number);
      }
      case SECONDS -> ofMicros(number.movePointRight(6));
      case MILLISECONDS -> ofMicros(number.movePointRight(3));
      case MICROSECONDS -> ofMicros(number);
      case NANOSECONDS -> ofMicros(number.movePointLeft(3));
      case EXCEL_DAYS -> ofDays(number);
    };
  }

  /** Whether a number can be a spreadsheet's day of the years 1927 to 2173. */
  private static boolean isSpreadsheetDay(BigDecimal number) {
    return number.compareTo(BigDecimal.valueOf(10_000)) >= 0
        && number.compareTo(BigDecimal.valueOf(100_000)) < 0;
  }

  private static TimestampUnit bySize(BigDecimal size) {
    if (size.compareTo(SECONDS_BELOW) < 0) {
      return TimestampUnit.SECONDS;
    }
    if (size.compareTo(MILLIS_BELOW) < 0) {
      return TimestampUnit.MILLISECONDS;
    }
    return size.compareTo(MICROS_BELOW) < 0
        ? TimestampUnit.MICROSECONDS
        : TimestampUnit.NANOSECONDS;
  }

  private static Instant ofMicros(BigDecimal micros) {
    return Instant.EPOCH.plus(
        micros.setScale(0, RoundingMode.FLOOR).longValueExact(), ChronoUnit.MICROS);
  }

  private static Instant ofDays(BigDecimal days) {
    BigDecimal real = days.compareTo(DAY_THAT_NEVER_WAS) < 0 ? days.add(BigDecimal.ONE) : days;
    return DAY_0.plusMillis(
        real.multiply(MILLIS_PER_DAY).setScale(0, RoundingMode.HALF_UP).longValueExact());
  }
}

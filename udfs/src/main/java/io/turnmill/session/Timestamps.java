package io.turnmill.session;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * When a message was said: ISO 8601 with or without a zone (then UTC), a date alone (midnight UTC),
 * or the seconds or milliseconds since 1970 as a number or its text. A number below 10¹¹ in size is
 * seconds, one below 10¹⁴ milliseconds. To the microsecond, what is finer is cut off.
 *
 * <p>Times of conversations lie in the years 1900 to 2261. Before 1900 the calendars of Spark and
 * of its readers differ, and some versions refuse to write such a time; after 2261 a time does not
 * fit the 64-bit nanoseconds of other readers. What programs write for "no time" lies outside (the
 * years 1 and 9999), and so does a date and time in digits that reads as milliseconds
 * (20240131100000 would be the year 2611).
 */
final class Timestamps {
  private static final BigDecimal SECONDS_BELOW = new BigDecimal("1e11");
  private static final BigDecimal MILLIS_BELOW = new BigDecimal("1e14");
  private static final Instant FIRST = Instant.parse("1900-01-01T00:00:00Z");
  private static final Instant END = Instant.parse("2262-01-01T00:00:00Z");
  private static final Pattern NUMBER = Pattern.compile("[+-]?\\d{1,18}(\\.\\d{1,18})?");

  private static final DateTimeFormatter ISO =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendPattern("['T'][' ']")
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .appendPattern("[XXX][XX][X]")
          .optionalEnd()
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private Timestamps() {}

  /** The time, whatever year it lies in; nothing if the value says none. */
  static Optional<Instant> parse(Object value) {
    try {
      return read(value).map(instant -> instant.truncatedTo(ChronoUnit.MICROS));
    } catch (DateTimeException | ArithmeticException e) {
      return Optional.empty();
    }
  }

  /** Whether a conversation can have taken place then. */
  static boolean isOfAConversation(Instant time) {
    return !time.isBefore(FIRST) && time.isBefore(END);
  }

  private static Optional<Instant> read(Object value) {
    if (value instanceof Instant instant) {
      return Optional.of(instant);
    }
    if (value instanceof Number number) {
      return exact(number).flatMap(Timestamps::epoch);
    }
    if (value instanceof String text) {
      String stripped = text.strip();
      return NUMBER.matcher(stripped).matches()
          ? epoch(new BigDecimal(stripped))
          : Optional.of(iso(stripped));
    }
    return Optional.empty();
  }

  /** The number, if it is finite and not so large that it could not be written out. */
  private static Optional<BigDecimal> exact(Number number) {
    if (number instanceof Double || number instanceof Float) {
      double value = number.doubleValue();
      return Double.isFinite(value) ? Optional.of(BigDecimal.valueOf(value)) : Optional.empty();
    }
    BigDecimal decimal = number instanceof BigDecimal big ? big : new BigDecimal(number.toString());
    boolean sane = Math.abs((long) decimal.scale()) < 100 && decimal.precision() < 100;
    return sane ? Optional.of(decimal) : Optional.empty();
  }

  private static Optional<Instant> epoch(BigDecimal number) {
    BigDecimal size = number.abs();
    if (size.compareTo(SECONDS_BELOW) < 0) {
      return Optional.of(ofMicros(number.movePointRight(6)));
    }
    if (size.compareTo(MILLIS_BELOW) < 0) {
      return Optional.of(ofMicros(number.movePointRight(3)));
    }
    return Optional.empty();
  }

  private static Instant ofMicros(BigDecimal micros) {
    return Instant.EPOCH.plus(
        micros.setScale(0, RoundingMode.FLOOR).longValueExact(), ChronoUnit.MICROS);
  }

  private static Instant iso(String text) {
    TemporalAccessor parsed =
        ISO.parseBest(text, OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
    if (parsed instanceof OffsetDateTime time) {
      return time.toInstant();
    }
    if (parsed instanceof LocalDateTime time) {
      return time.toInstant(ZoneOffset.UTC);
    }
    return LocalDate.from(parsed).atStartOfDay().toInstant(ZoneOffset.UTC);
  }
}

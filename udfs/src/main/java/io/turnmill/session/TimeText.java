package io.turnmill.session;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a date and time as people and programs write it, if it has only one meaning. Without a zone
 * it is UTC, and a date alone is its midnight. Three shapes are read:
 *
 * <ul>
 *   <li>year, month, day: ISO 8601 and what is usual beside it ({@code 2024-03-10T02:30:00Z},
 *       {@code 2024/3/10 2:30}, {@code 2024-03-10 02:30:00,123 +0000})
 *   <li>e-mail and HTTP: RFC 5322, section 3.3, with the zones and years of section 4.3, and RFC
 *       1123 ({@code Sun, 10 Mar 2024 02:30:00 GMT})
 *   <li>C's {@code ctime}, with a zone or without ({@code Sun Mar 10 02:30:00 +0000 2024})
 * </ul>
 *
 * The day of the week is ignored, and so is the name of a zone after its offset ({@code
 * +08:00[Asia/Shanghai]}). A leap second is read as the second after it, and 24:00 as the end of
 * its day. {@code 03/10/2024} is not read, because either number may be the month.
 */
final class TimeText {
  private static final String CLOCK =
      "(?<hour>\\d{1,2}):(?<minute>\\d{2})(?::(?<second>\\d{2})(?:[.,](?<fraction>\\d{1,9})\\d*)?)?";
  private static final String MONTH = "(?<month>[A-Za-z]{3})[a-z]*";
  private static final String WEEKDAY = "(?i:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*";
  private static final String OFFSET = "[+-]\\d{2}(?::?\\d{2})?(?::?\\d{2})?";
  private static final String ZONE = "(?<zone>" + OFFSET + "|[A-Za-z]{1,3})";

  /**
   * Outside of e-mail, other names have several meanings: CST is a zone in America and in China.
   */
  private static final String SURE_ZONE = "(?<zone>" + OFFSET + "|[Zz]|UTC?|GMT)";

  private static final Pattern YEAR_FIRST =
      Pattern.compile(
          "(?<year>[+-]?\\d{4,9})(?<dash>[-/])(?<month>\\d{1,2})\\k<dash>(?<day>\\d{1,2})"
              + "(?:(?:[Tt]|\\s+)"
              + CLOCK
              + "\\s*"
              + "(?:"
              + SURE_ZONE
              + "(?:\\[[\\w/+-]+])?)?)?");

  private static final Pattern MAIL =
      Pattern.compile(
          "(?:"
              + WEEKDAY
              + ",?\\s+)?(?<day>\\d{1,2})[\\s-]"
              + MONTH
              + "[\\s-](?<year>\\d{4}|\\d{2})\\s+"
              + CLOCK
              + "(?:\\s+"
              + ZONE
              + ")?(?:\\s*\\([^()]*\\))?");

  private static final Pattern CTIME =
      Pattern.compile(
          WEEKDAY
              + "\\s+"
              + MONTH
              + "\\s+(?<day>\\d{1,2})\\s+"
              + CLOCK
              + "\\s+(?:"
              + SURE_ZONE
              + "\\s+)?(?<year>\\d{4})");

  /** The zones of RFC 5322, section 4.3, in hours from UTC. */
  private static final Map<String, Integer> ZONES =
      Map.ofEntries(
          Map.entry("Z", 0),
          Map.entry("UT", 0),
          Map.entry("UTC", 0),
          Map.entry("GMT", 0),
          Map.entry("EST", -5),
          Map.entry("EDT", -4),
          Map.entry("CST", -6),
          Map.entry("CDT", -5),
          Map.entry("MST", -7),
          Map.entry("MDT", -6),
          Map.entry("PST", -8),
          Map.entry("PDT", -7));

  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");

  private TimeText() {}

  /**
   * Reads the time that a text says.
   *
   * @throws DateTimeException if it does not say one
   */
  static Instant parse(String text) {
    for (Pattern shape : new Pattern[] {YEAR_FIRST, MAIL, CTIME}) {
      Matcher matcher = shape.matcher(text);
      if (matcher.matches()) {
        return read(matcher);
      }
    }
    throw new DateTimeException("no date and time of a known shape");
  }

  private static Instant read(Matcher found) {
    LocalDate day =
        LocalDate.of(
            year(found.group("year")),
            month(found.group("month")),
            Integer.parseInt(found.group("day")));
    return OffsetDateTime.of(day, LocalTime.MIDNIGHT, zone(found.group("zone")))
        .toInstant()
        .plus(clock(found));
  }

  /** Reads a year; two digits are 1950 to 2049, as in section 4.3. */
  private static int year(String digits) {
    int year = Integer.parseInt(digits);
    if (digits.length() > 2) {
      return year;
    }
    return year < 50 ? 2000 + year : 1900 + year;
  }

  private static int month(String text) {
    if (Character.isDigit(text.charAt(0))) {
      return Integer.parseInt(text);
    }
    // 0, which is not a month, if there is none of that name
    return 1 + MONTHS.indexOf(text.toLowerCase(Locale.ROOT));
  }

  /** The time of day, as the time since midnight. */
  private static Duration clock(Matcher found) {
    if (found.group("hour") == null) {
      return Duration.ZERO;
    }
    int hour = Integer.parseInt(found.group("hour"));
    int minute = Integer.parseInt(found.group("minute"));
    int second = found.group("second") == null ? 0 : Integer.parseInt(found.group("second"));
    String fraction = found.group("fraction");
    int nanos = fraction == null ? 0 : Integer.parseInt((fraction + "00000000").substring(0, 9));
    boolean isClock = hour < 24 || (hour == 24 && minute + second + nanos == 0);
    if (!isClock || minute > 59 || second > 60) {
      throw new DateTimeException("no time of day");
    }
    return Duration.ofSeconds(3600L * hour + 60L * minute + second, nanos);
  }

  private static ZoneOffset zone(String zone) {
    if (zone == null) {
      return ZoneOffset.UTC;
    }
    if (zone.charAt(0) == '+' || zone.charAt(0) == '-') {
      return ZoneOffset.of(zone);
    }
    Integer hours = ZONES.get(zone.toUpperCase(Locale.ROOT));
    if (hours == null) {
      throw new DateTimeException("no zone that has one meaning");
    }
    return ZoneOffset.ofHours(hours);
  }
}

package io.turnmill.prompt.jinja;

import java.time.Clock;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** {@code strftime} of the C library in its plain locale, for a time without a zone. */
final class Strftime {
  private Strftime() {}

  static Text format(Text format, Clock clock) {
    LocalDateTime now = LocalDateTime.now(clock);
    String pattern = format.value();
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c != '%') {
        out.append(c);
        continue;
      }
      boolean bare = pattern.startsWith("%-", i);
      i += bare ? 2 : 1;
      if (i >= pattern.length()) {
        throw new TemplateException("a date format ends in the middle of a field");
      }
      String field = field(pattern.charAt(i), now);
      out.append(bare ? withoutZeros(field) : field);
    }
    return Text.of(out.toString(), format.hasInput());
  }

  private static String withoutZeros(String field) {
    int at = 0;
    while (at < field.length() - 1 && (field.charAt(at) == '0' || field.charAt(at) == ' ')) {
      at++;
    }
    return field.substring(at);
  }

  private static String field(char directive, LocalDateTime now) {
    return switch (directive) {
      case '%' -> "%";
      case 'n' -> "\n";
      case 't' -> "\t";
      case 'Z', 'z' -> "";
      case 'Y' -> Integer.toString(now.getYear());
      case 'y' -> two(now.getYear() % 100);
      case 'C' -> two(now.getYear() / 100);
      case 'm' -> two(now.getMonthValue());
      case 'd' -> two(now.getDayOfMonth());
      case 'e' -> String.format(Locale.ROOT, "%2d", now.getDayOfMonth());
      case 'H' -> two(now.getHour());
      case 'k' -> String.format(Locale.ROOT, "%2d", now.getHour());
      case 'I' -> two((now.getHour() + 11) % 12 + 1);
      case 'l' -> String.format(Locale.ROOT, "%2d", (now.getHour() + 11) % 12 + 1);
      case 'M' -> two(now.getMinute());
      case 'S' -> two(now.getSecond());
      case 'f' -> String.format(Locale.ROOT, "%06d", now.getNano() / 1000);
      case 'j' -> String.format(Locale.ROOT, "%03d", now.getDayOfYear());
      case 'u' -> Integer.toString(now.getDayOfWeek().getValue());
      case 'w' -> Integer.toString(now.getDayOfWeek().getValue() % 7);
      case 'U' -> two((now.getDayOfYear() + 6 - now.getDayOfWeek().getValue() % 7) / 7);
      case 'W' -> two((now.getDayOfYear() + 7 - now.getDayOfWeek().getValue()) / 7);
      case 'p' -> now.getHour() < 12 ? "AM" : "PM";
      case 'P' -> now.getHour() < 12 ? "am" : "pm";
      case 'a' -> named("EEE", now);
      case 'A' -> named("EEEE", now);
      case 'b', 'h' -> named("MMM", now);
      case 'B' -> named("MMMM", now);
      case 'D', 'x' -> named("MM/dd/yy", now);
      case 'F' -> named("yyyy-MM-dd", now);
      case 'T', 'X' -> named("HH:mm:ss", now);
      case 'R' -> named("HH:mm", now);
      case 'c' -> named("EEE MMM ppd HH:mm:ss yyyy", now);
      case 'r' -> named("hh:mm:ss a", now);
      default -> throw new TemplateException("a field of a date format is not supported");
    };
  }

  private static String named(String pattern, LocalDateTime now) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(now);
  }

  private static String two(int number) {
    return String.format(Locale.ROOT, "%02d", number);
  }
}

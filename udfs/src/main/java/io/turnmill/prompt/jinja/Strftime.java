package io.turnmill.prompt.jinja;

import java.time.Clock;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/** {@code strftime} of the C library in its plain locale, for a time without a zone. */
final class Strftime {
  /** Patterns of {@link DateTimeFormatter} by the fields of C. */
  private static final Map<Character, String> FIELDS =
      Map.ofEntries(
          Map.entry('%', "'%'"),
          Map.entry('Y', "yyyy"),
          Map.entry('y', "yy"),
          Map.entry('m', "MM"),
          Map.entry('d', "dd"),
          Map.entry('e', "ppd"),
          Map.entry('j', "DDD"),
          Map.entry('H', "HH"),
          Map.entry('I', "hh"),
          Map.entry('M', "mm"),
          Map.entry('S', "ss"),
          Map.entry('f', "SSSSSS"),
          Map.entry('p', "a"),
          Map.entry('a', "EEE"),
          Map.entry('A', "EEEE"),
          Map.entry('b', "MMM"),
          Map.entry('h', "MMM"),
          Map.entry('B', "MMMM"),
          Map.entry('D', "MM/dd/yy"),
          Map.entry('F', "yyyy-MM-dd"),
          Map.entry('T', "HH:mm:ss"),
          Map.entry('R', "HH:mm"));

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
      String known = i < pattern.length() ? FIELDS.get(pattern.charAt(i)) : null;
      if (known == null) {
        throw new TemplateException("a field of a date format is not supported");
      }
      String field = DateTimeFormatter.ofPattern(known, Locale.ENGLISH).format(now);
      out.append(bare ? field.replaceFirst("^[0 ]+(?=.)", "") : field);
    }
    return Text.of(out.toString(), format.hasInput());
  }
}

package io.turnmill.session;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Plain values as a decoded record holds them: null, String, Boolean, Number, Instant, List and
 * Map; and how they are looked up and shown.
 */
public final class Values {
  private static final Pattern FIELD_NAME = Pattern.compile("[\\p{L}_$][\\p{L}\\p{N}_.$;|-]{0,39}");
  private static final int MOST_NAMES = 12;
  private static final int MOST_OF_FORM = 30;

  private Values() {}

  /** The value under a name, or along a path with dots; null if there is none. */
  public static Object find(Map<?, ?> record, String name) {
    if (record.containsKey(name)) {
      return record.get(name);
    }
    int dot = name.indexOf('.');
    if (dot > 0 && record.get(name.substring(0, dot)) instanceof Map<?, ?> inner) {
      return find(inner, name.substring(dot + 1));
    }
    return null;
  }

  /** The first value that is there under one of these names. */
  static Optional<Object> first(Map<?, ?> record, List<String> names) {
    return names.stream().map(name -> find(record, name)).filter(Values::isThere).findFirst();
  }

  /** The name under which {@link #first} finds a value; empty where it finds none. */
  static String nameOfFirst(Map<?, ?> record, List<String> names) {
    return names.stream().filter(name -> isThere(find(record, name))).findFirst().orElse("");
  }

  /** Neither null nor the NaN that data frames write for what is missing. */
  public static boolean isThere(Object value) {
    return value != null
        && !(value instanceof Double number && number.isNaN())
        && !(value instanceof Float single && single.isNaN());
  }

  /** Says which names were tried, and which fields there are instead, for people. */
  static String seenAndTried(Map<?, ?> record, List<String> tried) {
    return "tried "
        + String.join(", ", tried)
        + "; "
        + (record.isEmpty() ? "there are no fields" : "there is " + namesOf(record));
  }

  /** The first names of fields; those that could be conversation text are only counted. */
  private static String namesOf(Map<?, ?> record) {
    List<String> shown =
        record.keySet().stream()
            .map(String::valueOf)
            .filter(name -> FIELD_NAME.matcher(name).matches())
            .limit(MOST_NAMES)
            .toList();
    int others = record.size() - shown.size();
    if (shown.isEmpty()) {
      return others + (others == 1 ? " field" : " fields");
    }
    return String.join(", ", shown) + (others == 0 ? "" : " and " + others + " more");
  }

  /** Text and whole numbers as an identifier; nothing for anything else. */
  static Optional<String> identifier(Object value) {
    if (value instanceof String text) {
      return Optional.of(text);
    }
    if (value instanceof Number number) {
      return whole(number).map(BigInteger::toString);
    }
    return Optional.empty();
  }

  /** The number if it is whole and of a sane size. */
  static Optional<BigInteger> whole(Number number) {
    if (number instanceof BigInteger big) {
      return Optional.of(big);
    }
    if (number instanceof Double || number instanceof Float) {
      double value = number.doubleValue();
      boolean exact = Math.rint(value) == value && Math.abs(value) < 1e18;
      return exact ? Optional.of(BigInteger.valueOf((long) value)) : Optional.empty();
    }
    if (number instanceof BigDecimal decimal) {
      // the limit of the scale keeps 1e999999999 from being written out
      boolean sane = Math.abs((long) decimal.scale()) < 400;
      try {
        return sane ? Optional.of(decimal.toBigIntegerExact()) : Optional.empty();
      } catch (ArithmeticException e) {
        return Optional.empty();
      }
    }
    return Optional.of(BigInteger.valueOf(number.longValue()));
  }

  /** Whether a text is empty or has only white space, of any kind. */
  public static boolean isBlank(String text) {
    return text.codePoints().allMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c));
  }

  /** Whether a text has half of a surrogate pair alone: it cannot be written as UTF-8. */
  public static boolean isIllFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          return true;
        }
        i++;
      }
    }
    return false;
  }

  /** Says what kind of value it is, for people. */
  public static String kind(Object value) {
    if (value instanceof String) {
      return "text";
    }
    if (value instanceof Number) {
      return "a number";
    }
    if (value instanceof Boolean) {
      return "a boolean";
    }
    if (value instanceof List) {
      return "a list";
    }
    if (value instanceof Map) {
      return "an object";
    }
    return value == null ? "null" : "a " + value.getClass().getSimpleName();
  }

  /**
   * Says what kind of value it is, and the form of text and numbers: each digit is 0, each letter
   * a.
   */
  static String form(Object value) {
    if (value instanceof Number number) {
      return "a number of the form " + formOf(number.toString());
    }
    return value instanceof String text
        ? "text of %s characters, of the form %s".formatted(text.length(), shown(formOf(text)))
        : kind(value);
  }

  private static String formOf(String text) {
    return text.strip()
        .codePoints()
        .limit(MOST_OF_FORM)
        .map(c -> Character.isDigit(c) ? '0' : Character.isLetter(c) ? 'a' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /**
   * A name from the archive as it can be shown: at most 40 characters, control characters escaped.
   */
  static String shown(String name) {
    StringBuilder out = new StringBuilder("\"");
    name.codePoints()
        .limit(40)
        .forEach(
            c -> {
              int type = Character.getType(c);
              boolean hidden =
                  Character.isISOControl(c)
                      || type == Character.FORMAT
                      || type == Character.SURROGATE
                      || type == Character.LINE_SEPARATOR
                      || type == Character.PARAGRAPH_SEPARATOR;
              if (hidden) {
                out.append(String.format(Locale.ROOT, "\\u%04x", c));
              } else {
                out.appendCodePoint(c);
              }
            });
    boolean cut = name.codePointCount(0, name.length()) > 40;
    return out.append(cut ? "…\"" : "\"").toString();
  }
}

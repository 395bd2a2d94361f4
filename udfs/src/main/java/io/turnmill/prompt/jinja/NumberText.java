package io.turnmill.prompt.jinja;

import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Pattern;

/** Numbers read from text, as Python's {@code int} and {@code float} read them. */
final class NumberText {
  /** As many digits as Python takes. */
  private static final int MAX_DIGITS = 4300;

  private static final Pattern INTEGER = Pattern.compile("[+-]?\\p{Nd}+(?:_\\p{Nd}+)*");
  private static final Pattern FLOAT =
      Pattern.compile(
          "[+-]?(?:(?:\\d+(?:_\\d+)*)?\\.\\d+(?:_\\d+)*|\\d+(?:_\\d+)*\\.?)(?:[eE][+-]?\\d+(?:_\\d+)*)?");

  private NumberText() {}

  /** Null if the text is not a decimal integer. */
  static BigInteger integer(String text) {
    String digits = trim(text);
    boolean fits = INTEGER.matcher(digits).matches() && digits.length() <= MAX_DIGITS;
    return fits ? new BigInteger(digits.replace("_", "")) : null;
  }

  /** Null if the text is not a float. */
  static Double floating(String text) {
    String trimmed = trim(text);
    if (FLOAT.matcher(trimmed).matches()) {
      return Double.valueOf(trimmed.replace("_", ""));
    }
    return switch (trimmed.toLowerCase(Locale.ROOT)) {
      case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
      case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
      case "nan", "+nan", "-nan" -> Double.NaN;
      default -> null;
    };
  }

  private static String trim(String text) {
    return Strings.strip(Text.template(text), null, true, true).value();
  }
}

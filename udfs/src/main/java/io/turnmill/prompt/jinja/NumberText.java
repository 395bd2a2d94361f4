package io.turnmill.prompt.jinja;

import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Pattern;

/** Numbers read from text, as Python's {@code int} and {@code float} read them. */
final class NumberText {
  private static final Pattern FLOAT =
      Pattern.compile(
          "[+-]?(?:(?:\\d+(?:_\\d+)*)?\\.\\d+(?:_\\d+)*|\\d+(?:_\\d+)*\\.?)(?:[eE][+-]?\\d+(?:_\\d+)*)?");
  private static final Pattern SPECIAL =
      Pattern.compile("([+-]?)(?:(inf|infinity)|nan)", Pattern.CASE_INSENSITIVE);

  private NumberText() {}

  /** Null if the text is no integer of that base. */
  static BigInteger integer(String text, int base) {
    if (base != 0 && (base < 2 || base > 36)) {
      return null;
    }
    String trimmed = trim(text).toLowerCase(Locale.ROOT);
    boolean negative = trimmed.startsWith("-");
    String digits = negative || trimmed.startsWith("+") ? trimmed.substring(1) : trimmed;
    int radix = base;
    boolean prefixed = false;
    if (digits.length() > 1 && digits.charAt(0) == '0') {
      int marked = "bo_x".indexOf(digits.charAt(1));
      int of = marked == 0 ? 2 : marked == 1 ? 8 : marked == 3 ? 16 : 0;
      if (of != 0 && (base == of || base == 0)) {
        radix = of;
        digits = digits.substring(2);
        prefixed = true;
      }
    }
    if (radix == 0) {
      radix = 10;
      if (digits.startsWith("0") && !digits.matches("0+(?:_0+)*")) {
        return null;
      }
    }
    if (prefixed && digits.startsWith("_")) {
      digits = digits.substring(1);
    }
    return parse(digits, radix, negative);
  }

  private static BigInteger parse(String digits, int radix, boolean negative) {
    if (digits.isEmpty()
        || digits.startsWith("_")
        || digits.endsWith("_")
        || digits.contains("__")) {
      return null;
    }
    String bare = digits.replace("_", "");
    if (bare.length() > 4300) {
      return null;
    }
    for (int i = 0; i < bare.length(); i++) {
      if (Character.digit(bare.charAt(i), radix) < 0) {
        return null;
      }
    }
    BigInteger value = new BigInteger(bare, radix);
    return negative ? value.negate() : value;
  }

  /** Null if the text is no float. */
  static Double floating(String text) {
    String trimmed = trim(text);
    var special = SPECIAL.matcher(trimmed);
    if (special.matches()) {
      if (special.group(2) == null) {
        return Double.NaN;
      }
      return special.group(1).equals("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    return FLOAT.matcher(trimmed).matches() ? Double.valueOf(trimmed.replace("_", "")) : null;
  }

  private static String trim(String text) {
    return Strings.strip(Text.template(text), null, true, true).value();
  }
}

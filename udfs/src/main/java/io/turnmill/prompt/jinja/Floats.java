package io.turnmill.prompt.jinja;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Floats as text, as Python writes them. */
final class Floats {
  private Floats() {}

  /** The shortest text that reads back as the same number. */
  static String repr(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    } else if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    } else if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return (long) value + ".0";
    }
    BigDecimal exact = new BigDecimal(value);
    BigDecimal shortest = exact;
    for (int digits = 1; digits <= 17; digits++) {
      shortest = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (shortest.doubleValue() == value) {
        break;
      }
    }
    return general(shortest, 16, 17, true, false);
  }

  /** {@code %.{precision}f}. */
  static String fixed(double value, int precision) {
    return signed(
        value, new BigDecimal(value).setScale(precision, RoundingMode.HALF_EVEN).toPlainString());
  }

  /** {@code %.{precision}e}. */
  static String exponent(double value, int precision) {
    BigDecimal rounded = round(value, precision + 1);
    int exponent = value == 0 ? 0 : exponentOf(rounded);
    return signed(value, scientific(rounded, exponent, precision + 1));
  }

  /** {@code %.{precision}g}; keeps zeros at the end if {@code alternate}. */
  static String general(double value, int precision, boolean alternate) {
    int digits = Math.max(precision, 1);
    if (value == 0) {
      String zero = alternate && digits > 1 ? "0." + "0".repeat(digits - 1) : "0";
      return signed(value, zero);
    }
    return signed(value, general(round(value, digits), digits, digits, false, alternate));
  }

  /** As {@code %.{precision}g}, but there is always a point or an exponent. */
  static String withPoint(double value, int precision) {
    int digits = Math.max(precision, 1);
    if (value == 0) {
      return signed(value, digits == 1 ? "0e+00" : "0.0");
    }
    return signed(value, general(round(value, digits), digits - 1, digits, true, false));
  }

  private static BigDecimal round(double value, int digits) {
    return new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_EVEN));
  }

  /** The number {@code d.ddd × 10^e}: this is e. */
  private static int exponentOf(BigDecimal value) {
    return value.precision() - value.scale() - 1;
  }

  private static String general(
      BigDecimal value, int pointBelow, int digits, boolean point, boolean zeros) {
    int exponent = exponentOf(value);
    BigDecimal bare = zeros ? value : value.stripTrailingZeros();
    if (exponent < -4 || exponent >= pointBelow) {
      return scientific(bare, exponent, zeros ? digits : bare.precision());
    }
    if (zeros) {
      return bare.setScale(Math.max(digits - 1 - exponent, 0), RoundingMode.HALF_EVEN)
          .toPlainString();
    }
    String plain = bare.scale() < 0 ? bare.setScale(0).toPlainString() : bare.toPlainString();
    return point && plain.indexOf('.') < 0 ? plain + ".0" : plain;
  }

  /** {@code digits} digits, a point after the first, and an exponent of at least two digits. */
  private static String scientific(BigDecimal value, int exponent, int digits) {
    StringBuilder text = new StringBuilder(value.unscaledValue().abs().toString());
    while (text.length() < digits) {
      text.append('0');
    }
    text.setLength(Math.max(digits, 1));
    if (digits > 1) {
      text.insert(1, '.');
    }
    text.append('e').append(exponent < 0 ? '-' : '+');
    if (Math.abs(exponent) < 10) {
      text.append('0');
    }
    text.append(Math.abs(exponent));
    return value.signum() < 0 ? "-" + text : text.toString();
  }

  /** A negative zero, or what rounds to one, keeps its sign. */
  private static String signed(double value, String text) {
    boolean negative = value < 0 || (value == 0 && 1 / value < 0);
    return negative && !text.startsWith("-") ? "-" + text : text;
  }
}

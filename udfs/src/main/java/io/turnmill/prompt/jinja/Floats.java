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
    int exponent = shortest.precision() - shortest.scale() - 1;
    BigDecimal bare = shortest.stripTrailingZeros();
    if (exponent < -4 || exponent >= 16) {
      return scientific(bare, exponent);
    }
    String plain = bare.toPlainString();
    return plain.indexOf('.') < 0 ? plain + ".0" : plain;
  }

  /** A point after the first digit, and an exponent of at least two digits. */
  private static String scientific(BigDecimal value, int exponent) {
    StringBuilder text = new StringBuilder(value.unscaledValue().toString());
    int first = value.signum() < 0 ? 2 : 1;
    if (text.length() > first) {
      text.insert(first, '.');
    }
    text.append('e').append(exponent < 0 ? '-' : '+');
    return text.append(Math.abs(exponent) < 10 ? "0" : "").append(Math.abs(exponent)).toString();
  }
}

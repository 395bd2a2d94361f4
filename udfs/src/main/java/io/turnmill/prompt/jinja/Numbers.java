package io.turnmill.prompt.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;

/** Arithmetic of Python's integers, which have no bounds here short of the limits, and floats. */
final class Numbers {
  /** Bits of the largest integer a template may make. */
  private static final int MAX_BITS = 1 << 16;

  private Numbers() {}

  static BigInteger big(Object integer) {
    if (integer instanceof BigInteger big) {
      return big;
    } else if (integer instanceof Boolean flag) {
      return flag ? BigInteger.ONE : BigInteger.ZERO;
    }
    return BigInteger.valueOf((Long) integer);
  }

  static Object normal(BigInteger value) {
    if (value.bitLength() < 64) {
      return value.longValue();
    } else if (value.bitLength() > MAX_BITS) {
      throw new TemplateException("an integer becomes longer than " + MAX_BITS + " bits");
    }
    return value;
  }

  static double toDouble(Object number) {
    if (number instanceof Double value) {
      return value;
    } else if (number instanceof Long value) {
      return value;
    } else if (number instanceof Boolean flag) {
      return flag ? 1 : 0;
    }
    double value = ((BigInteger) number).doubleValue();
    if (Double.isInfinite(value)) {
      throw new TemplateException("an integer is too large for a float");
    }
    return value;
  }

  private static boolean small(Object a, Object b) {
    return (a instanceof Long || a instanceof Boolean)
        && (b instanceof Long || b instanceof Boolean);
  }

  private static boolean floats(Object a, Object b) {
    return a instanceof Double || b instanceof Double;
  }

  private static long small(Object number) {
    return number instanceof Long value ? value : (Boolean) number ? 1 : 0;
  }

  static Object add(Object a, Object b) {
    if (floats(a, b)) {
      return toDouble(a) + toDouble(b);
    } else if (small(a, b)) {
      long x = small(a);
      long y = small(b);
      long sum = x + y;
      if (((x ^ sum) & (y ^ sum)) >= 0) {
        return sum;
      }
    }
    return normal(big(a).add(big(b)));
  }

  static Object subtract(Object a, Object b) {
    return floats(a, b) ? (Object) (toDouble(a) - toDouble(b)) : normal(big(a).subtract(big(b)));
  }

  static Object multiply(Object a, Object b) {
    return floats(a, b) ? (Object) (toDouble(a) * toDouble(b)) : normal(big(a).multiply(big(b)));
  }

  static Object divide(Object a, Object b) {
    notZero(b);
    return floats(a, b) ? (Object) (toDouble(a) / toDouble(b)) : quotient(big(a), big(b));
  }

  private static Object quotient(BigInteger a, BigInteger b) {
    double value =
        new BigDecimal(a).divide(new BigDecimal(b), new java.math.MathContext(60)).doubleValue();
    if (Double.isInfinite(value)) {
      throw new TemplateException("the result of a division is too large for a float");
    }
    return a.signum() == 0 && b.signum() < 0 ? -0.0 : value;
  }

  static Object floorDivide(Object a, Object b) {
    notZero(b);
    if (floats(a, b)) {
      return floorDivide(toDouble(a), toDouble(b));
    }
    BigInteger[] parts = big(a).divideAndRemainder(big(b));
    boolean down = parts[1].signum() != 0 && parts[1].signum() != big(b).signum();
    return normal(down ? parts[0].subtract(BigInteger.ONE) : parts[0]);
  }

  /**
   * As CPython's float_divmod goes about it, whose result differs from floor(a / b) at the edges.
   */
  private static double floorDivide(double a, double b) {
    double remainder = a % b;
    double quotient = (a - remainder) / b;
    if (remainder != 0 && (b < 0) != (remainder < 0)) {
      quotient -= 1;
    }
    if (quotient == 0) {
      return Math.copySign(0, a / b);
    }
    double floor = Math.floor(quotient);
    return quotient - floor > 0.5 ? floor + 1 : floor;
  }

  static Object modulo(Object a, Object b) {
    notZero(b);
    if (floats(a, b)) {
      double divisor = toDouble(b);
      double remainder = toDouble(a) % divisor;
      if (remainder == 0) {
        return Math.copySign(0.0, divisor);
      }
      return (divisor < 0) != (remainder < 0) ? remainder + divisor : remainder;
    }
    BigInteger divisor = big(b);
    BigInteger remainder = big(a).mod(divisor.abs());
    boolean negative = divisor.signum() < 0 && remainder.signum() != 0;
    return normal(negative ? remainder.add(divisor) : remainder);
  }

  static Object negate(Object a) {
    return a instanceof Double value ? (Object) (-value) : normal(big(a).negate());
  }

  static Object absolute(Object a) {
    return a instanceof Double value ? (Object) Math.abs(value) : normal(big(a).abs());
  }

  private static void notZero(Object b) {
    if (b instanceof Double value ? value == 0 : big(b).signum() == 0) {
      throw new TemplateException("division by zero");
    }
  }
}

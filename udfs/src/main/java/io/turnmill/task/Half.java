package io.turnmill.task;

/**
 * Numbers in half precision (IEEE 754 binary16), for Java 17, which does not have them.
 *
 * <pre>
 *   sign 1 │ exponent 5, from 15 up │ fraction 10, after a leading 1 unless the exponent is 0
 * </pre>
 */
public final class Half {
  private static final float GREATEST = 65504;

  /** The exponent of the least number that has all 11 bits. */
  private static final int LEAST_EXPONENT = -14;

  private static final int BIAS = 15;
  private static final int FRACTION_BITS = 10;
  private static final int ONE = 1 << FRACTION_BITS;
  private static final int SIGN = 0x8000;
  private static final int NAN = 0x7e00;

  private Half() {}

  /**
   * The bits of the nearest number that half precision has; of two equally near ones those of the
   * even one. Numbers beyond the greatest become the greatest, because an infinite one would spoil
   * every distance.
   */
  public static short bits(float value) {
    if (Float.isNaN(value)) {
      return (short) NAN;
    }
    int exponent = exponent(value);
    int units = units(value, exponent);
    // Below the least exponent there is no leading bit; above it, a carry leads to the next one.
    int bits = units < ONE ? units : ((exponent + BIAS) << FRACTION_BITS) + (units - ONE);
    boolean isNegative = Float.floatToRawIntBits(value) < 0;
    return (short) (isNegative ? SIGN | bits : bits);
  }

  /** The number that {@link #bits} stand for. */
  static float round(float value) {
    if (Float.isNaN(value)) {
      return value;
    }
    int exponent = exponent(value);
    double size = Math.scalb((double) units(value, exponent), exponent - FRACTION_BITS);
    return Math.copySign((float) size, value);
  }

  private static int exponent(float value) {
    return Math.max(LEAST_EXPONENT, Math.getExponent(size(value)));
  }

  /** The number without its sign, in units of the last bit of its fraction. */
  private static int units(float value, int exponent) {
    return (int) Math.rint(Math.scalb((double) size(value), FRACTION_BITS - exponent));
  }

  private static float size(float value) {
    return Math.min(GREATEST, Math.abs(value));
  }
}

package io.turnmill.task;

/** Numbers in half precision (IEEE 754 binary16), for Java 17, which does not have them. */
final class Half {
  private static final float GREATEST = 65504;

  /** Of the least number that has all 11 bits: 2 to the power of -14. */
  private static final int LEAST_EXPONENT = -14;

  private static final int FRACTION_BITS = 10;

  private Half() {}

  /**
   * The nearest number that half precision has; of two equally near ones the even one. Numbers
   * beyond the greatest become the greatest, because an infinite one would spoil every distance.
   */
  static float round(float value) {
    if (value == 0 || Float.isNaN(value)) {
      return value;
    }
    int exponent = Math.max(LEAST_EXPONENT, Math.getExponent(value));
    double step = Math.scalb(1.0, exponent - FRACTION_BITS);
    double rounded = Math.rint(value / step) * step;
    return (float) Math.max(-GREATEST, Math.min(GREATEST, rounded));
  }
}

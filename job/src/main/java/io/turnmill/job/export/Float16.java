package io.turnmill.job.export;

/** Numbers in half precision (IEEE 754 binary16), for Java 17, which does not have them. */
final class Float16 {
  private static final float GREATEST = 65504;
  private static final int LEAST_EXPONENT = -14;
  private static final int BIAS = 15;
  private static final int FRACTION_BITS = 10;
  private static final int SIGN = 0x8000;

  private Float16() {}

  /**
   * The bits of the nearest number that half precision has. Numbers beyond the greatest become the
   * greatest.
   */
  static short bits(float value) {
    float size = Math.min(GREATEST, Math.abs(value));
    int exponent = Math.max(LEAST_EXPONENT, Math.getExponent(size));
    int units = (int) Math.rint(Math.scalb((double) size, FRACTION_BITS - exponent));
    // Below the least exponent there is no leading bit; above it, a carry leads to the next one.
    int one = 1 << FRACTION_BITS;
    int bits = units < one ? units : ((exponent + BIAS) << FRACTION_BITS) + (units - one);
    return (short) (value < 0 ? SIGN | bits : bits);
  }
}

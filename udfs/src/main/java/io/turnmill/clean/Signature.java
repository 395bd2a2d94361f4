package io.turnmill.clean;

import java.util.Arrays;

/**
 * What {@link MinHash} keeps of a session to compare it: the low 16 bits of the least hash of its
 * shingles under each permutation. Two that differ are equal there by chance once in 65,536 times,
 * which changes no comparison.
 */
public final class Signature {
  private final byte[] bytes;

  private Signature(byte[] bytes) {
    this.bytes = bytes;
  }

  static Signature of(long[] minima) {
    byte[] bytes = new byte[2 * minima.length];
    for (int i = 0; i < minima.length; i++) {
      bytes[2 * i] = (byte) (minima[i] >> 8);
      bytes[2 * i + 1] = (byte) minima[i];
    }
    return new Signature(bytes);
  }

  /** Reads what {@link #bytes} gave. */
  public static Signature of(byte[] bytes) {
    return new Signature(bytes.clone());
  }

  public byte[] bytes() {
    return bytes.clone();
  }

  /**
   * Estimates the Jaccard similarity of the sets of shingles, from 0 to 1: the share of
   * permutations under which the least hashes are the same.
   */
  public double similarity(Signature other) {
    int same = 0;
    for (int i = 0; i < bytes.length; i += 2) {
      same += bytes[i] == other.bytes[i] && bytes[i + 1] == other.bytes[i + 1] ? 1 : 0;
    }
    return 2.0 * same / bytes.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Signature signature && Arrays.equals(bytes, signature.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}

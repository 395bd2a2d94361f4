package io.turnmill.inference;

/**
 * Random numbers without state: each is a pure function of the token that it is drawn for, so that
 * a reply depends neither on partitions, nor on the other requests of a batch, nor on their order.
 *
 * <p>All of it rests on SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
 * generators", OOPSLA 2014), the generator of {@link java.util.SplittableRandom}: output n of seed
 * s is {@code mix(s + n * GAMMA)}, n = 1, 2, ….
 */
public final class RandomNumbers {
  /** 2^64 divided by the golden ratio, made odd. */
  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  private RandomNumbers() {}

  /**
   * The key of one reply. Part of the output contract: it never changes between versions.
   *
   * <p>{@code h = mix(seed + GAMMA)}; then {@code h = mix((h ^ x) + GAMMA)} for x = each UTF-16
   * unit of the session id in order, the number of those units, the turn, the choice.
   *
   * @param turn index of the replied turn in its session
   * @param choice which of several replies to the same prompt, 0 for the first
   */
  public static long randomKey(long seed, String sessionId, int turn, int choice) {
    long hash = mix(seed + GAMMA);
    for (int i = 0; i < sessionId.length(); i++) {
      hash = mix((hash ^ sessionId.charAt(i)) + GAMMA);
    }
    hash = mix((hash ^ sessionId.length()) + GAMMA);
    hash = mix((hash ^ turn) + GAMMA);
    return mix((hash ^ choice) + GAMMA);
  }

  /**
   * The random number of one token: the upper 24 bits of output {@code position + 1} of seed {@code
   * key}, so that the float is exact and below 1.
   *
   * @param position the position of the token in its reply, from 0
   */
  public static float uniform(long key, int position) {
    return (mix(key + (position + 1) * GAMMA) >>> 40) * 0x1p-24f;
  }

  /** Stafford's variant 13 of the MurmurHash3 finaliser, as SplitMix64 uses it. */
  public static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}

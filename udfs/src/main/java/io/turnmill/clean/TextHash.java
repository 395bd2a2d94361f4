package io.turnmill.clean;

/**
 * A 64-bit hash of texts: FNV-1a over their UTF-16 units, and then the finalizer of MurmurHash3,
 * because the low bits of FNV-1a alone are weak.
 */
final class TextHash {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private TextHash() {}

  static long of(CharSequence text) {
    long hash = FNV_OFFSET;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * FNV_PRIME;
    }
    return mix(hash);
  }

  /** The hash of a sequence that has one element more. */
  static long then(long before, long next) {
    return mix(before * FNV_PRIME + next);
  }

  static long mix(long hash) {
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return hash ^ (hash >>> 33);
  }
}

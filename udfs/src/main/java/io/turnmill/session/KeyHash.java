package io.turnmill.session;

import java.nio.charset.StandardCharsets;

/**
 * The stable 64-bit hash of a session's identity, from which its bucket follows as {@code
 * floorMod(hash, buckets)} if sessions are spread by their ids. It never changes, so that a session
 * is in the same bucket in all runs and versions with equally many buckets.
 *
 * <p>FNV-1a, 64 bit, over one byte 0 (no tenant) or 1 and the tenant in UTF-8, one byte 0, and the
 * session id in UTF-8; then the 64-bit finalizer of MurmurHash3, because the low bits of FNV-1a
 * alone are weak.
 */
public final class KeyHash {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  /** Makes another hash of that by which sessions are spread over buckets; the golden ratio. */
  private static final long SHARES = 0x9e3779b97f4a7c15L;

  private KeyHash() {}

  public static long of(SessionKey key) {
    long hash = add(FNV_OFFSET, (byte) (key.tenant().isPresent() ? 1 : 0));
    hash = add(hash, key.tenant().orElse(""));
    hash = add(hash, (byte) 0);
    hash = add(hash, key.sessionId());
    return mix(hash);
  }

  /** A hash by which records without a session are spread, made of their places. */
  public static long of(Place place) {
    return mix(add(FNV_OFFSET, place.sourceFile()) + place.position().orElse(-1));
  }

  /** The bucket of a session, from 0 to {@code buckets - 1}. */
  public static int bucket(SessionKey key, int buckets) {
    return Math.floorMod(of(key), buckets);
  }

  /**
   * The share of a session where sessions are shared out, from 0 to {@code shares - 1}. It never
   * changes either, and says nothing about the bucket.
   */
  public static int share(SessionKey key, int shares) {
    return Math.floorMod(mix(of(key) ^ SHARES), shares);
  }

  private static long add(long hash, String text) {
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = add(hash, b);
    }
    return hash;
  }

  private static long add(long hash, byte b) {
    return (hash ^ (b & 0xff)) * FNV_PRIME;
  }

  private static long mix(long hash) {
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return hash ^ (hash >>> 33);
  }
}

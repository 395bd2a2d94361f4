package io.turnmill.job.rows;

import io.turnmill.session.KeyHash;
import io.turnmill.session.SessionKey;
import java.io.Serializable;

/**
 * The buckets of a run with variants. Each variant has a bucket for every staged one: with {@code
 * b} staged buckets, bucket {@code n} is that of variant {@code n / b}, and its sessions are those
 * of the staged bucket {@code n % b}. A run without variants is one with a single variant.
 *
 * @param variants how many variants there are, at least one
 * @param staged how many buckets were staged
 * @param split whether only one variant is asked about a session
 */
public record VariantBuckets(int variants, int staged, boolean split) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The place of the variant of a bucket, from 0. */
  public int variant(int bucket) {
    return bucket / staged;
  }

  /** The staged bucket whose sessions a bucket has. */
  public int stagedBucket(int bucket) {
    return bucket % staged;
  }

  /** The bucket of a variant for a staged bucket. */
  public int bucket(int variant, int stagedBucket) {
    return variant * staged + stagedBucket;
  }

  /** Whether the variant of a bucket is asked about a session of it. */
  public boolean asks(int bucket, SessionKey session) {
    return !split || share(session) == variant(bucket);
  }

  /** The place of the variant that a session belongs to where sessions are shared out. */
  public int share(SessionKey session) {
    return KeyHash.share(session, variants);
  }
}

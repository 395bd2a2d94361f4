package io.turnmill.job.cache;

import io.turnmill.inference.RequestKey;

/** A reply as the cache holds it. */
final class StoredReply {
  private final RequestKey key;
  private final long sessionHash;
  private final byte[] reply;

  /**
   * @param key hash of what was asked
   * @param sessionHash {@link io.turnmill.session.KeyHash} of the session, from which buckets
   *     follow
   * @param reply as {@link io.turnmill.inference.CompletionCodec} writes it; not copied
   */
  StoredReply(RequestKey key, long sessionHash, byte[] reply) {
    this.key = key;
    this.sessionHash = sessionHash;
    this.reply = reply;
  }

  RequestKey key() {
    return key;
  }

  long sessionHash() {
    return sessionHash;
  }

  byte[] reply() {
    return reply;
  }
}

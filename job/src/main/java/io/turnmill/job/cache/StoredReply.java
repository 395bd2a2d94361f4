package io.turnmill.job.cache;

import io.turnmill.inference.RequestKey;

/** A reply as the cache stores it. */
final class StoredReply {
  private final RequestKey key;
  private final long sessionHash;
  private final byte[] reply;

  /**
   * @param key the hash of the request
   * @param sessionHash the {@link io.turnmill.session.KeyHash} of the session, from which its
   *     bucket follows
   * @param reply the reply, as {@link io.turnmill.inference.CompletionCodec} writes it; not copied
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

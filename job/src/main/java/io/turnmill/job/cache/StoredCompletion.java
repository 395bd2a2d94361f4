package io.turnmill.job.cache;

import io.turnmill.inference.RequestKey;

/** A completion as the cache stores it. */
final class StoredCompletion {
  private final RequestKey key;
  private final long sessionHash;
  private final byte[] completion;

  /**
   * @param key the hash of the request
   * @param sessionHash the {@link io.turnmill.session.KeyHash} of the session, from which its
   *     bucket follows
   * @param completion the completion, as {@link io.turnmill.inference.CompletionCodec} writes it;
   *     not copied
   */
  StoredCompletion(RequestKey key, long sessionHash, byte[] completion) {
    this.key = key;
    this.sessionHash = sessionHash;
    this.completion = completion;
  }

  RequestKey key() {
    return key;
  }

  long sessionHash() {
    return sessionHash;
  }

  byte[] completion() {
    return completion;
  }
}

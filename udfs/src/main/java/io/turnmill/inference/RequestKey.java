package io.turnmill.inference;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A hash of what a request asks, of 128 bits: requests of one key get the same reply. It is the
 * first half of a SHA-256 over a scope, the sampling settings, the random key if random numbers are
 * drawn, and the prompt. Of ten billion different requests two share a key with a probability of
 * 10^-19.
 */
public record RequestKey(long high, long low) {

  /**
   * The key of a request.
   *
   * @param scope what the reply depends on besides the values of the request: the model, its
   *     arithmetic, and what the stop check looks for
   */
  public static RequestKey of(Generate request, String scope) {
    byte[] settings = settings(request.sampling()).getBytes(StandardCharsets.UTF_8);
    byte[] around = scope.getBytes(StandardCharsets.UTF_8);
    int size = request.prompt().size();
    ByteBuffer all =
        ByteBuffer.allocate(
            3 * Integer.BYTES
                + around.length
                + settings.length
                + Long.BYTES
                + size * Integer.BYTES);
    all.putInt(around.length).put(around).putInt(settings.length).put(settings);
    // Greedy replies draw no random number: every request gets the same.
    all.putLong(request.sampling().greedy() ? 0 : request.randomKey());
    all.putInt(size);
    for (int i = 0; i < size; i++) {
      all.putInt(request.prompt().get(i));
    }
    ByteBuffer hash = ByteBuffer.wrap(sha256().digest(all.array()));
    return new RequestKey(hash.getLong(), hash.getLong());
  }

  /**
   * All settings except the number of replies, because each reply is a request of its own. The text
   * of a record names every component, so that none is forgotten.
   */
  private static String settings(SamplingParams sampling) {
    return sampling.with(1, sampling.logprobs()).toString();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JVM has SHA-256. This is a bug.", e);
    }
  }
}

package io.turnmill.inference;

import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.Outcome.FinishReason;
import io.turnmill.inference.TokenLogprob.Alternative;
import io.turnmill.token.TokenIds;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a reply as bytes that can be stored, and reads it again. Its tokens are conversation text
 * in another spelling.
 *
 * <pre>
 *   byte    2, the version of this layout
 *   byte    0 stop, 1 length, 2 repetition
 *   int     stop token, or -1
 *   int     tokens of the prompt
 *   int     tokens drawn or forced
 *   int     how many of them were forced; not in version 1, which knows none
 *   double  sum of the log-probabilities of the others
 *   int     tokens of the reply, then an int for each
 *   int     tokens with a log-probability (all, or none), then for each
 *             int    the token
 *             float  its log-probability
 *             int    alternatives, then an int (the token) and a float for each
 * </pre>
 *
 * All numbers are big-endian. How many tokens were cached is not stored, because that number
 * differs each time.
 */
public final class CompletionCodec {
  private static final byte WITHOUT_FORCED = 1;
  private static final byte VERSION = 2;
  private static final int FIXED = 2 + 6 * Integer.BYTES + Double.BYTES;

  private CompletionCodec() {}

  public static byte[] encode(Completion reply) {
    ByteBuffer bytes = ByteBuffer.allocate(size(reply));
    bytes.put(VERSION).put(code(reply.finishReason()));
    bytes.putInt(reply.stopTokenId()).putInt(reply.promptTokens());
    bytes.putInt(reply.generatedTokens()).putInt(reply.forcedTokens());
    bytes.putDouble(reply.sumLogprob());
    bytes.putInt(reply.ids().size());
    for (int i = 0; i < reply.ids().size(); i++) {
      bytes.putInt(reply.ids().get(i));
    }
    bytes.putInt(reply.logprobs().size());
    for (TokenLogprob token : reply.logprobs()) {
      bytes.putInt(token.id()).putFloat(token.logprob()).putInt(token.alternatives().size());
      token.alternatives().forEach(other -> bytes.putInt(other.id()).putFloat(other.logprob()));
    }
    return bytes.array();
  }

  private static int size(Completion reply) {
    int pairs = reply.logprobs().stream().mapToInt(token -> 1 + token.alternatives().size()).sum();
    return FIXED
        + (reply.ids().size() + reply.logprobs().size()) * Integer.BYTES
        + pairs * (Integer.BYTES + Float.BYTES);
  }

  private static byte code(FinishReason reason) {
    return switch (reason) {
      case STOP -> 0;
      case LENGTH -> 1;
      case REPETITION -> 2;
    };
  }

  /**
   * Reads a reply, as one for which nothing was computed.
   *
   * @throws IllegalArgumentException when the bytes are not a reply
   */
  public static Completion decode(byte[] encoded) {
    ByteBuffer bytes = ByteBuffer.wrap(encoded);
    try {
      byte version = bytes.get();
      require(version == VERSION || version == WITHOUT_FORCED);
      FinishReason reason = reason(bytes.get());
      int stopTokenId = bytes.getInt();
      int promptTokens = bytes.getInt();
      int generatedTokens = bytes.getInt();
      int forcedTokens = version == WITHOUT_FORCED ? 0 : bytes.getInt();
      double sumLogprob = bytes.getDouble();
      int size = bytes.getInt();
      require(promptTokens > 0 && stopTokenId >= -1 && size >= 0);
      require(bytes.remaining() >= (long) size * Integer.BYTES);
      require(generatedTokens == size + (stopTokenId >= 0 ? 1 : 0) && generatedTokens > 0);
      require(forcedTokens >= 0 && forcedTokens < generatedTokens);
      int[] ids = new int[size];
      for (int i = 0; i < size; i++) {
        ids[i] = bytes.getInt();
      }
      List<TokenLogprob> logprobs = logprobs(bytes, generatedTokens);
      require(!bytes.hasRemaining());
      return new Completion(
          TokenIds.of(ids),
          reason,
          stopTokenId,
          promptTokens,
          promptTokens,
          generatedTokens,
          sumLogprob,
          logprobs,
          forcedTokens,
          true);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("The bytes are not a reply.", e);
    }
  }

  private static List<TokenLogprob> logprobs(ByteBuffer bytes, int drawn) {
    int count = bytes.getInt();
    require(count == 0 || count == drawn);
    List<TokenLogprob> logprobs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int id = bytes.getInt();
      float logprob = bytes.getFloat();
      int others = bytes.getInt();
      require(others >= 0 && others <= bytes.remaining() / (Integer.BYTES + Float.BYTES));
      List<Alternative> alternatives = new ArrayList<>();
      for (int other = 0; other < others; other++) {
        alternatives.add(new Alternative(bytes.getInt(), bytes.getFloat()));
      }
      logprobs.add(new TokenLogprob(id, logprob, alternatives));
    }
    return logprobs;
  }

  private static FinishReason reason(byte code) {
    return switch (code) {
      case 0 -> FinishReason.STOP;
      case 1 -> FinishReason.LENGTH;
      case 2 -> FinishReason.REPETITION;
      default -> throw new IllegalArgumentException("The bytes are not a reply.");
    };
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw new IllegalArgumentException("The bytes are not a reply.");
    }
  }
}

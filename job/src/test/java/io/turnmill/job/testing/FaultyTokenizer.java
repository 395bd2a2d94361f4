package io.turnmill.job.testing;

import io.turnmill.token.AddedToken;
import io.turnmill.token.PlacedToken;
import io.turnmill.token.TokenIds;
import io.turnmill.token.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Another tokenizer that throws where a text says so ({@link Faults#mark}), makes ids that no model
 * has, and cannot decode some replies, whichever sessions got them.
 */
public final class FaultyTokenizer implements Tokenizer {
  /** An exception in the step {@code decode} for one reply in so many, and as often in another. */
  private static final int REPLIES = 61;

  /** Replies of all tokenizers of this JVM that were, or would have been, faulty. */
  public static final AtomicInteger UNDECODED = new AtomicInteger();

  public static final AtomicInteger UNACCEPTED = new AtomicInteger();

  private final Tokenizer good;
  private final boolean faulty;

  public FaultyTokenizer(Tokenizer good, boolean faulty) {
    this.good = good;
    this.faulty = faulty;
  }

  @Override
  public TokenIds encode(String text) {
    if (faulty) {
      Faults.raise("tokenize", text);
      if (text.contains(Faults.mark("vocabulary", 0))) {
        return TokenIds.of(vocabSize() + 1_000_000);
      }
    }
    return good.encode(text);
  }

  @Override
  public TokenIds encode(String text, List<PlacedToken> special) {
    return good.encode(text, special);
  }

  /** The engine's thread decodes to find stop strings; that is no matter of this test. */
  @Override
  public String decode(TokenIds ids) {
    if (!Thread.currentThread().getName().startsWith("turnmill-engine")) {
      int hash = Math.floorMod(Arrays.hashCode(ids.toArray()), REPLIES);
      if (hash == 0) {
        int number = UNDECODED.getAndIncrement();
        if (faulty) {
          Faults.raise(number % Faults.KINDS);
        }
      } else if (hash == 1) {
        UNACCEPTED.incrementAndGet();
        if (faulty) {
          return null;
        }
      }
    }
    return good.decode(ids);
  }

  @Override
  public List<AddedToken> addedTokens() {
    return good.addedTokens();
  }

  @Override
  public int vocabSize() {
    return good.vocabSize();
  }

  @Override
  public int modelVocabSize() {
    return good.modelVocabSize();
  }

  @Override
  public void close() {
    good.close();
  }
}

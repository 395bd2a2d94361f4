package io.turnmill.job.prepare;

import io.turnmill.job.rows.StagedBucket;
import io.turnmill.runtime.TokenRates;

/** How long prompts can be at most, known before any is made. */
public final class LongestPrompt {
  /** No tokenizer makes more tokens of a character than it has bytes in UTF-8. */
  private static final long TOKENS_PER_CHARACTER = 4;

  /** Room for what the bound does not know: templates may say more of some conversations. */
  private static final double MARGIN = 2;

  private static final long MARGIN_TOKENS = 256;

  private LongestPrompt() {}

  /**
   * Upper bound in tokens for any conversation that is staged. It decides memory only: for a prompt
   * that is longer all the same (a template may write what it likes), the engine's slots grow.
   *
   * @return tokens, or 0 where nothing is known of the template
   * @param rates what the model's template puts around messages
   */
  public static int bound(StagedBucket.Contents staged, TokenRates rates) {
    if (!rates.measured()) {
      return 0;
    }
    double tokens =
        (double) TOKENS_PER_CHARACTER * staged.mostCharacters()
            + MARGIN * (staged.mostMessages() * rates.perMessage() + rates.perSession())
            + MARGIN_TOKENS;
    return (int) Math.min(Integer.MAX_VALUE, Math.ceil(tokens));
  }
}

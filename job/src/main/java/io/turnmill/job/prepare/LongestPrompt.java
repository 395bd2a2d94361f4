package io.turnmill.job.prepare;

import io.turnmill.job.rows.StagedBucket;
import io.turnmill.runtime.TokenRates;

/** Estimates how long prompts can be, before any is made. */
public final class LongestPrompt {
  /** The most tokens of a character: as many as it has bytes in UTF-8. */
  private static final long TOKENS_PER_CHARACTER = 4;

  /** A margin for what is not known: templates may add more text to some conversations. */
  private static final double MARGIN = 2;

  private static final long MARGIN_TOKENS = 256;

  private LongestPrompt() {}

  /**
   * About how many tokens the longest prompt has, among all staged conversations. It decides only
   * how memory is divided: if a prompt is longer, because a template may write any text, the
   * engine's slots grow.
   *
   * @return tokens, or 0 if nothing is known about the template
   * @param rates the tokens that the model's template adds for messages
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

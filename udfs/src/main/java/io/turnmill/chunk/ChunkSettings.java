package io.turnmill.chunk;

/**
 * How texts are cut.
 *
 * @param maxTokens the most tokens of a chunk
 * @param overlap how much of the end of a chunk the next one repeats, as a share of {@code
 *     maxTokens}
 * @param roomForHeadings whether a chunk leaves room for the path of its headings, so that {@link
 *     EmbedText} fits into {@code maxTokens}, too; it never leaves more than a quarter
 */
public record ChunkSettings(int maxTokens, double overlap, boolean roomForHeadings) {

  /** The greatest overlap; with more of it, most of a text would be computed twice and more. */
  public static final double MOST_OVERLAP = 0.5;

  public ChunkSettings {
    if (maxTokens < 1) {
      throw new IllegalArgumentException("Chunks of at most " + maxTokens + " tokens.");
    }
    if (!(overlap >= 0 && overlap <= MOST_OVERLAP)) {
      throw new IllegalArgumentException("An overlap of " + overlap + " of a chunk.");
    }
  }

  /** The longest chunk in {@code char}s, whatever its tokens: white space may have none. */
  int maxChars() {
    return (int) Math.min(64L * maxTokens, TokenCounter.LIMIT_CHARS);
  }
}

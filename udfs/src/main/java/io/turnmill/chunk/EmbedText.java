package io.turnmill.chunk;

import java.util.List;

/**
 * The text of a chunk with the path of its headings in front of it, so that a vector of it knows
 * what the chunk is about:
 *
 * <pre>{@code
 * Term > Renewal
 *
 * It is renewed for a year at a time, unless ...
 * }</pre>
 */
public final class EmbedText {
  private EmbedText() {}

  /**
   * With the whole path.
   *
   * @param text the chunk's text
   */
  public static String of(Chunk chunk, String text) {
    return prefix(chunk.headings()) + text;
  }

  /**
   * With as much of the path as fits: the highest headings are left out first. The text itself is
   * never cut.
   */
  public static String of(Chunk chunk, String text, TokenCounter counter, int maxTokens) {
    List<String> headings = chunk.headings();
    for (int first = 0; first < headings.size(); first++) {
      String whole = prefix(headings.subList(first, headings.size())) + text;
      if (counter.count(whole) <= maxTokens) {
        return whole;
      }
    }
    return text;
  }

  static String prefix(List<String> headings) {
    return headings.isEmpty() ? "" : String.join(" > ", headings) + "\n\n";
  }
}

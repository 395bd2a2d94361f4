package io.turnmill.chunk;

import java.util.Arrays;

/**
 * About how many tokens any part of a text has: its pieces are counted once, and within a piece
 * tokens are spread evenly. A piece is counted with the space before it and without the one at its
 * end, as most tokenizers join a space to the word after it.
 */
final class TokenMeter {
  /** Where each piece begins; then the text's length. */
  private final int[] starts;

  /** How many tokens there are before each piece; then those of the whole text. */
  private final long[] before;

  private final int pieces;

  private TokenMeter(int[] starts, long[] before) {
    this.starts = starts;
    this.before = before;
    pieces = starts.length - 1;
  }

  static TokenMeter of(String text, CutPlaces places, TokenCounter counter, int pieceChars) {
    int[] starts = new int[2 * text.length() / pieceChars + 2];
    long[] before = new long[starts.length];
    int pieces = 0;
    while (starts[pieces] < text.length()) {
      int from = starts[pieces];
      int longest = Math.min(from + pieceChars, text.length());
      int to = places.best(from + pieceChars / 2 + 1, longest);
      String piece = text.substring(withSpace(text, from), withSpace(text, to));
      before[pieces + 1] = before[pieces] + counter.count(piece);
      starts[++pieces] = to;
    }
    return new TokenMeter(Arrays.copyOf(starts, pieces + 1), Arrays.copyOf(before, pieces + 1));
  }

  private static int withSpace(String text, int place) {
    boolean space = place > 0 && place < text.length() && text.charAt(place - 1) == ' ';
    return space ? place - 1 : place;
  }

  /** How many tokens are about before a place. */
  double before(int place) {
    int found = Arrays.binarySearch(starts, place);
    if (found >= 0) {
      return before[found];
    }
    int piece = -found - 2;
    double share = (double) (place - starts[piece]) / (starts[piece + 1] - starts[piece]);
    return before[piece] + share * (before[piece + 1] - before[piece]);
  }

  /** The last place that has no more than so many tokens before it. */
  int place(double tokens) {
    int low = 0;
    int high = pieces;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (before[middle] <= tokens) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    if (low == pieces) {
      return starts[pieces];
    }
    double share = Math.max(0, tokens - before[low]) / (before[low + 1] - before[low]);
    return starts[low] + (int) (share * (starts[low + 1] - starts[low]));
  }
}

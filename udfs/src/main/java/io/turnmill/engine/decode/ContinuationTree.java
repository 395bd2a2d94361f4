package io.turnmill.engine.decode;

import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Continuations of one prompt as a tree, walked depth first, and the log-probabilities that are
 * found on the way. In the order of their ids, those that begin alike are neighbours:
 *
 * <pre>
 *   continuation   shared with the one before     computed   asked for after each computed token
 *   a b c          0                              p a b      a d · b · c e
 *   a b e          2                              nothing
 *   d f            0                              d          f
 *   d f g          2                              f          g
 * </pre>
 *
 * So each token that several begin with is computed once, and the last one of a continuation is not
 * computed at all unless another goes on after it. {@code p} is the last token of the prompt.
 * Continuations of different length classes (see {@link ModelShape}) share nothing, not even the
 * prompt.
 */
final class ContinuationTree {
  private static final int NOTHING = -1;

  private final int[][] inOrder;

  /** The place in the request of each continuation in order. */
  private final int[] places;

  /** How many first tokens each has in common with the one before it; or NOTHING. */
  private final int[] shared;

  /** For each continuation in order and each of its tokens that it does not share. */
  private final float[][] logprobs;

  private int present;
  private int kept = NOTHING;

  /**
   * A log-probability that is asked for.
   *
   * @param line which continuation, in order
   * @param token which of its tokens
   */
  record Cell(int line, int token, int id) {}

  /**
   * Begins with the first continuation in order.
   *
   * @param lengthClass the class of a continuation's length together with the prompt's
   */
  ContinuationTree(List<TokenIds> continuations, IntUnaryOperator lengthClass) {
    int count = continuations.size();
    int[][] all = continuations.stream().map(TokenIds::toArray).toArray(int[][]::new);
    this.places =
        IntStream.range(0, count)
            .boxed()
            .sorted(
                Comparator.comparing((Integer place) -> lengthClass.applyAsInt(all[place].length))
                    .thenComparing((Integer place) -> all[place], (a, b) -> Arrays.compare(a, b)))
            .mapToInt(Integer::intValue)
            .toArray();
    this.inOrder = IntStream.of(places).mapToObj(place -> all[place]).toArray(int[][]::new);
    this.shared = new int[count];
    this.logprobs = new float[count][];
    for (int line = 0; line < count; line++) {
      shared[line] = line == 0 ? NOTHING : shared(inOrder[line - 1], inOrder[line], lengthClass);
      logprobs[line] = new float[inOrder[line].length];
    }
  }

  private static int shared(int[] before, int[] ids, IntUnaryOperator lengthClass) {
    if (lengthClass.applyAsInt(before.length) != lengthClass.applyAsInt(ids.length)) {
      return NOTHING;
    }
    int mismatch = Arrays.mismatch(before, ids);
    return mismatch < 0 ? ids.length : mismatch;
  }

  /** The length of the present continuation. */
  int length() {
    return inOrder[present].length;
  }

  /** What is computed of the present continuation: all but its last token. */
  TokenIds path() {
    return TokenIds.of(Arrays.copyOf(inOrder[present], length() - 1));
  }

  /** Whether what was computed of the prompt can be kept for the present continuation. */
  boolean keepsPrompt() {
    return kept != NOTHING;
  }

  /** How many tokens of the present path were computed for the continuation before. */
  int kept() {
    return kept;
  }

  /** Goes on to the next continuation that has tokens to be computed; false if none has. */
  boolean next() {
    int common = length();
    for (int line = present + 1; line < inOrder.length; line++) {
      common = Math.min(common, shared[line]);
      int computed = Math.min(common, length() - 1);
      if (computed < inOrder[line].length - 1) {
        kept = computed;
        present = line;
        return true;
      }
    }
    return false;
  }

  /**
   * Adds what is asked for after the first {@code tokens} of the present continuation: its next
   * token, and that of each later one which goes on in another way from there.
   */
  void addCells(int tokens, List<Cell> cells) {
    cells.add(new Cell(present, tokens, inOrder[present][tokens]));
    for (int line = present + 1; line < inOrder.length && shared[line] >= tokens; line++) {
      if (shared[line] == tokens) {
        cells.add(new Cell(line, tokens, inOrder[line][tokens]));
      }
    }
  }

  void put(Cell cell, float logprob) {
    logprobs[cell.line()][cell.token()] = logprob;
  }

  /** For each continuation of the request, the log-probability of each of its tokens. */
  List<List<Float>> found() {
    List<List<Float>> found = new ArrayList<>(Collections.nCopies(places.length, List.of()));
    for (int line = 0; line < inOrder.length; line++) {
      if (shared[line] > 0) {
        System.arraycopy(logprobs[line - 1], 0, logprobs[line], 0, shared[line]);
      }
      List<Float> tokens = new ArrayList<>(logprobs[line].length);
      for (float logprob : logprobs[line]) {
        tokens.add(logprob);
      }
      found.set(places[line], tokens);
    }
    return found;
  }
}

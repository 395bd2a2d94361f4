package io.turnmill.engine.decode;

import io.turnmill.engine.Draw;
import io.turnmill.engine.TokenBatch;
import io.turnmill.engine.TokenBatch.Row;
import io.turnmill.engine.TokenBatch.Target;
import io.turnmill.engine.decode.SlotTable.Copy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The plan of the next forward pass, in the row order that {@link TokenBatch} demands.
 *
 * @param copies the copies to be made first, in this order
 * @param pieces one for each row, all of different sequences
 */
record StepPlan(List<Copy> copies, List<Piece> pieces) {
  private static final Comparator<Piece> ROW_ORDER =
      Comparator.comparing((Piece piece) -> piece.tokens() > 1).thenComparingInt(Piece::end);

  /**
   * Tokens {@code start} … {@code start + tokens} of one sequence.
   *
   * @param draw how the token after them is drawn, if they end a sequence of which one is drawn
   * @param targets what is asked for after them
   */
  record Piece(
      Sequence sequence, int start, int tokens, Optional<Draw> draw, List<Target> targets) {

    /** The next {@code tokens} tokens of {@code sequence}. */
    static Piece next(Sequence sequence, int tokens) {
      int start = sequence.computed();
      return new Piece(
          sequence,
          start,
          tokens,
          tokens == sequence.remaining() ? sequence.draw() : Optional.empty(),
          sequence.targets(start, start + tokens));
    }

    /** Whether a token is drawn. */
    boolean samples() {
      return draw.isPresent();
    }

    /** How many of the tokens came with the request. */
    int givenTokens() {
      return sequence.givenTokens(start, tokens);
    }

    /** Length of the sequence in its slot after this pass. */
    int end() {
      return start + tokens;
    }

    Row row() {
      return new Row(
          sequence.slot(),
          start,
          sequence.slice(start, end()),
          sequence.knownTokens(),
          draw,
          targets);
    }
  }

  StepPlan {
    List<Piece> sorted = new ArrayList<>(pieces);
    sorted.sort(ROW_ORDER);
    copies = List.copyOf(copies);
    pieces = List.copyOf(sorted);
  }

  boolean isEmpty() {
    return pieces.isEmpty();
  }

  /** Whether the plan has tokens that came with a request. */
  boolean prefills() {
    return pieces.stream().anyMatch(piece -> piece.givenTokens() > 0);
  }

  int tokens() {
    return pieces.stream().mapToInt(Piece::tokens).sum();
  }

  List<Row> rows() {
    return pieces.stream().map(Piece::row).toList();
  }
}

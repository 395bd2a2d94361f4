package io.turnmill.engine.decode;

import io.turnmill.engine.TokenBatch;
import io.turnmill.engine.TokenBatch.Row;
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
   * @param samples whether they end at the sequence's last known token, so that the next can be
   *     drawn
   */
  record Piece(Sequence sequence, int start, int tokens, boolean samples) {

    /** The next {@code tokens} tokens of {@code sequence}. */
    static Piece next(Sequence sequence, int tokens) {
      return new Piece(sequence, sequence.computed(), tokens, tokens == sequence.remaining());
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
          sequence.size(),
          samples ? Optional.of(sequence.nextDraw()) : Optional.empty());
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

  /** Whether the plan has tokens of a prompt. */
  boolean prefills() {
    return pieces.stream().anyMatch(piece -> piece.start() < piece.sequence().promptTokens());
  }

  int tokens() {
    return pieces.stream().mapToInt(Piece::tokens).sum();
  }

  List<Row> rows() {
    return pieces.stream().map(Piece::row).toList();
  }
}

package io.turnmill.engine.decode;

import io.turnmill.engine.Draw;
import io.turnmill.engine.TokenBatch.Target;
import io.turnmill.engine.decode.ContinuationTree.Cell;
import io.turnmill.engine.decode.StepPlan.Piece;
import io.turnmill.inference.Mailbox;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.Failure;
import io.turnmill.inference.Outcome.FailureCode;
import io.turnmill.inference.Outcome.Scores;
import io.turnmill.inference.Score;
import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A prompt whose continuations are scored. They are computed one after the other in the same slot,
 * in the order of a {@link ContinuationTree}: when one is computed, its ids are replaced by those
 * of the next, from the place on where the two part.
 */
final class ScoringSequence extends Sequence {
  private final Score request;
  private final ContinuationTree tree;

  /**
   * @param followUp see {@link Sequence}
   * @param mayContinue see {@link Sequence}
   * @param shape of the model, which says what continuations of different lengths may share
   */
  ScoringSequence(
      Score request, Mailbox owner, boolean followUp, boolean mayContinue, ModelShape shape) {
    super(owner, followUp, mayContinue, request.prompt());
    this.request = request;
    this.tree =
        new ContinuationTree(
            request.continuations(), tokens -> shape.lengthClass(promptTokens() + tokens));
    replaceFrom(promptTokens(), tree.path(), 0);
  }

  @Override
  Score request() {
    return request;
  }

  @Override
  int promptTokens() {
    return request.prompt().size();
  }

  /** The prompt and the longest continuation have to fit. */
  @Override
  Optional<Failure> tooLong(int maxModelLen) {
    if (promptTokens() + longest() <= maxModelLen) {
      return Optional.empty();
    }
    String detail =
        promptTokens() + " tokens and a continuation of " + longest() + ", " + maxModelLen + " fit";
    return Optional.of(new Failure(FailureCode.PROMPT_TOO_LONG, detail));
  }

  private int longest() {
    return request.continuations().stream().mapToInt(TokenIds::size).max().orElseThrow();
  }

  @Override
  int mostTokens(int maxModelLen) {
    return promptTokens() + longest();
  }

  /** The last token of the prompt is computed in any case, because its scores are needed. */
  @Override
  int reusableTokens() {
    return promptTokens() - 1;
  }

  @Override
  int lastingTokens() {
    return promptTokens();
  }

  @Override
  int knownTokens() {
    return promptTokens() + tree.length();
  }

  @Override
  int givenTokens(int start, int tokens) {
    return tokens;
  }

  @Override
  Optional<Draw> draw() {
    return Optional.empty();
  }

  @Override
  List<Target> targets(int start, int end) {
    List<Target> targets = new ArrayList<>();
    for (int position = firstAsked(start); position < end; position++) {
      for (Cell cell : cells(position)) {
        targets.add(new Target(position - start, cell.id()));
      }
    }
    return targets;
  }

  /** Nothing is asked for before the last token of the prompt. */
  private int firstAsked(int start) {
    return Math.max(start, promptTokens() - 1);
  }

  private List<Cell> cells(int position) {
    List<Cell> cells = new ArrayList<>();
    tree.addCells(position - (promptTokens() - 1), cells);
    return cells;
  }

  @Override
  Optional<Outcome> take(Piece piece, PieceResult found, int maxModelLen) {
    int target = 0;
    for (int position = firstAsked(piece.start()); position < piece.end(); position++) {
      for (Cell cell : cells(position)) {
        float logprob = found.logprob(target++);
        if (Float.isNaN(logprob)) {
          String detail = "scores not finite after " + (position + 1) + " tokens";
          return Optional.of(new Failure(FailureCode.NON_FINITE, detail));
        }
        tree.put(cell, logprob);
      }
    }
    if (remaining() > 0) {
      return Optional.empty();
    }
    if (!tree.next()) {
      return Optional.of(
          new Scores(tree.found(), promptTokens(), cachedTokens(), computedTokens()));
    }
    replaceFrom(promptTokens(), tree.path(), tree.keepsPrompt() ? promptTokens() + tree.kept() : 0);
    return Optional.empty();
  }
}

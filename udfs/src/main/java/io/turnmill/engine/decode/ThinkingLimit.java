package io.turnmill.engine.decode;

import io.turnmill.engine.Draw;
import io.turnmill.engine.ScoreEdits;
import io.turnmill.engine.ScoreEdits.Edit;
import io.turnmill.inference.StopCheck;
import io.turnmill.inference.ThinkingBudget;
import java.util.List;
import java.util.Optional;

/**
 * Watches one growing reply with its {@link StopCheck}, and ends its reasoning when the budget is
 * spent: the next tokens are then forced, once in a reply.
 */
final class ThinkingLimit {
  /**
   * Added to the score of a token that is forced: in float32 no other score comes near it, so that
   * the greedy draw takes this token. Its reported log-probability is still that of the model.
   */
  private static final float CERTAIN = 1e9f;

  private final ThinkingBudget budget;
  private final StopCheck check;

  /** Tokens of reasoning so far. */
  private int thought;

  /** How many tokens of the end marker were forced so far. */
  private int forced;

  ThinkingLimit(ThinkingBudget budget, StopCheck check) {
    this.budget = budget;
    this.check = check;
  }

  /** How the next token is drawn if it is forced; empty if the model draws it. */
  Optional<Draw> forcedDraw() {
    boolean begins = budget.tokens() > 0 && thought >= budget.tokens() && check.thinking();
    if (forced == budget.endIds().size() || (forced == 0 && !begins)) {
      return Optional.empty();
    }
    Edit edit = new Edit(budget.endIds().get(forced), CERTAIN, 1, 0);
    return Optional.of(Draw.GREEDY.with(ScoreEdits.of(List.of(edit))));
  }

  /** Whether the next token, which comes now, is forced; called once for each token. */
  boolean takeForced() {
    boolean isForced = forcedDraw().isPresent();
    forced += isForced ? 1 : 0;
    return isForced;
  }

  /** Takes the next token of the reply, and returns whether the stop check ends the reply here. */
  boolean append(int id) {
    boolean before = check.thinking();
    boolean ends = check.endsWith(id);
    if (before && check.thinking()) {
      thought++;
    }
    return ends;
  }

  int forcedTokens() {
    return forced;
  }
}

package io.turnmill.inference;

import java.io.Serializable;
import java.util.List;

/**
 * How long a reply may reason. When that many tokens have been reasoning (see {@link
 * StopCheck#thinking}), the next tokens are the marker that ends it, whatever the model would draw.
 *
 * @param tokens most tokens of reasoning; 0 for no limit
 * @param endIds the tokens of the marker; without any there is no limit either
 */
public record ThinkingBudget(int tokens, List<Integer> endIds) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Reasoning ends where the model ends it. */
  public static final ThinkingBudget UNLIMITED = new ThinkingBudget(0, List.of());

  public ThinkingBudget {
    endIds = List.copyOf(endIds);
  }
}

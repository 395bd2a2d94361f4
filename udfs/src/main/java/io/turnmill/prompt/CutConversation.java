package io.turnmill.prompt;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What is left of a conversation when its oldest messages are dropped to make a prompt fit. System
 * messages are never dropped, wherever they stand.
 */
public final class CutConversation {
  private CutConversation() {}

  /**
   * The messages that are left, in their order.
   *
   * @param dropped how many messages are dropped: the oldest ones that are not system messages
   * @param <M> a message
   */
  public static <M> List<M> kept(List<M> messages, int dropped, Predicate<? super M> isSystem) {
    List<M> kept = new ArrayList<>(messages.size());
    int left = dropped;
    for (M message : messages) {
      if (left > 0 && !isSystem.test(message)) {
        left--;
      } else {
        kept.add(message);
      }
    }
    return kept;
  }
}

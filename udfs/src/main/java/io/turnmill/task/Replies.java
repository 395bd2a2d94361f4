package io.turnmill.task;

import java.util.List;

/**
 * The replies of the model in one session.
 *
 * @param replies the replies in the order of the turns that they answer, and of their choices
 * @param unanswered the turns that were asked and do not have a reply, in order
 */
public record Replies(List<Reply> replies, List<Unanswered> unanswered) {
  public Replies {
    replies = List.copyOf(replies);
    unanswered = List.copyOf(unanswered);
  }

  /**
   * A turn that has no reply.
   *
   * @param code the wire name of a {@link io.turnmill.session.RejectionCode} or of a {@link
   *     FailureCode}
   * @param detail counts only, never conversation text
   */
  public record Unanswered(int turn, String code, String detail) {}
}

package io.turnmill.task;

import io.turnmill.session.Fault;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

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
   * A turn that has no reply, or another part of a session that has no answer.
   *
   * @param field the carried field that was asked about, or the name of the question, if there were
   *     several about the turn
   * @param code the wire name of a {@link io.turnmill.session.RejectionCode} or of a {@link
   *     TaskFailureCode}
   * @param detail counts only, never conversation text
   * @param fault the exception that is the reason, if one is
   */
  public record Unanswered(
      int turn, Optional<String> field, String code, String detail, Optional<Fault> fault) {

    /** A turn that was asked about by itself. */
    public Unanswered(int turn, String code, String detail, Optional<Fault> fault) {
      this(turn, Optional.empty(), code, detail, fault);
    }

    /**
     * @param why a result without a value
     */
    static Unanswered of(OptionalInt turn, TaskResult<?> why) {
      return of(turn, Optional.empty(), why);
    }

    /**
     * What has no answer.
     *
     * @param why a result without a value
     */
    public static Unanswered of(OptionalInt turn, Optional<String> field, TaskResult<?> why) {
      int at = turn.orElseThrow();
      if (why instanceof TaskResult.Rejected<?> rejected) {
        return new Unanswered(
            at, field, rejected.code().wireName(), rejected.detail(), Optional.empty());
      }
      TaskResult.Failed<?> failed = (TaskResult.Failed<?>) why;
      return new Unanswered(at, field, failed.code().wireName(), failed.detail(), failed.fault());
    }
  }
}

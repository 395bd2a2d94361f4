package io.turnmill.job.trial;

import io.turnmill.job.rows.ResultCodec.ReplyEnds;
import java.io.Serializable;

/**
 * What a session cost that has a result.
 *
 * @param number its number in the draw
 * @param promptTokens of all prompts or texts of it
 * @param replyTokens of all replies to it; 0 for a task that writes none
 * @param ends how its replies ended
 */
public record SessionCost(long number, long promptTokens, long replyTokens, ReplyEnds ends)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What the session costs with another result of it, by another variant. */
  SessionCost plus(SessionCost more) {
    return new SessionCost(
        number,
        promptTokens + more.promptTokens,
        replyTokens + more.replyTokens,
        new ReplyEnds(
            ends.replies() + more.ends.replies(), ends.byLength() + more.ends.byLength()));
  }
}

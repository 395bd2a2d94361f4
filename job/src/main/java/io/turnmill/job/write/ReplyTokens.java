package io.turnmill.job.write;

import io.turnmill.job.rows.ResultRows;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * Tokens of replies.
 *
 * @param prompt tokens of all prompts
 * @param cached of these, not computed
 * @param completion tokens of all replies
 * @param reused replies that were known from before
 * @param computed tokens that went through the model
 */
public record ReplyTokens(long prompt, long cached, long completion, long reused, long computed)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  static final ReplyTokens NONE = new ReplyTokens(0, 0, 0, 0, 0);

  ReplyTokens plus(ReplyTokens more) {
    return new ReplyTokens(
        prompt + more.prompt,
        cached + more.cached,
        completion + more.completion,
        reused + more.reused,
        computed + more.computed);
  }

  /** The tokens of a row of {@link ResultRows}. */
  static ReplyTokens of(Row result) {
    List<Row> replies = result.getList(result.fieldIndex("replies"));
    return replies.stream().map(ReplyTokens::ofReply).reduce(NONE, ReplyTokens::plus);
  }

  private static ReplyTokens ofReply(Row reply) {
    long prompt = reply.<Integer>getAs("prompt_tokens");
    long cached = reply.<Integer>getAs("cached_tokens");
    long completion = reply.<Integer>getAs("completion_tokens");
    // As io.turnmill.task.Reply#reused: at least one token of a prompt is always computed.
    boolean reused = cached == prompt;
    return new ReplyTokens(
        prompt, cached, completion, reused ? 1 : 0, reused ? 0 : prompt - cached + completion);
  }
}

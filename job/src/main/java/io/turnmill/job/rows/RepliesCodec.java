package io.turnmill.job.rows;

import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.FloatType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.turnmill.inference.Outcome.FinishReason;
import io.turnmill.inference.TokenLogprob;
import io.turnmill.task.Replies;
import io.turnmill.task.Reply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The codec for replies: the columns of the tasks {@code reply}, {@code replay} and {@code
 * rollout}.
 *
 * @param everyTurn whether every turn of a session is asked; if so, the turns without a reply have
 *     a column, too
 */
public record RepliesCodec(boolean everyTurn) implements ResultCodec<Replies> {
  private static final long serialVersionUID = 1L;

  private static final String REPLIES = "replies";
  private static final String LENGTH_REPLIES = "length_replies";
  private static final String REPETITION_REPLIES = "repetition_replies";

  /** The finish reason of a reply that is as long as allowed. */
  private static final String LENGTH = FinishReason.LENGTH.name().toLowerCase(Locale.ROOT);

  /**
   * The names of the counters. {@code reasoning_cut_short} counts the replies whose reasoning the
   * budget ended; {@code length_replies} and {@code repetition_replies} those that ended for this
   * reason, and not by themselves; {@code cached_replies} were known from before; {@code
   * computed_tokens} went through the model.
   */
  private static final List<String> COUNTERS =
      List.of(
          "prompt_tokens",
          "cached_tokens",
          "completion_tokens",
          "reasoning_tokens",
          "reasoning_cut_short",
          LENGTH_REPLIES,
          REPETITION_REPLIES,
          "cached_replies",
          "computed_tokens");

  private static final StructType ALTERNATIVE =
      new StructType().add("token_id", IntegerType).add("logprob", FloatType);

  private static final StructType TOKEN =
      ALTERNATIVE.add("alternatives", new ArrayType(ALTERNATIVE, false));

  private static final StructType REPLY =
      new StructType()
          .add("turn", IntegerType)
          .add("choice", IntegerType)
          .add("content", StringType)
          .add("reasoning", StringType)
          .add("finish_reason", StringType)
          .add("stop_reason", StringType)
          .add("prompt_tokens", IntegerType)
          .add("cached_tokens", IntegerType)
          .add("completion_tokens", IntegerType)
          .add("reasoning_tokens", IntegerType)
          .add("reasoning_cut_short", BooleanType)
          .add("mean_logprob", DoubleType)
          .add("confidence", DoubleType)
          .add("dropped_messages", IntegerType)
          .add("logprobs", new ArrayType(TOKEN, false));

  @Override
  public Class<Replies> type() {
    return Replies.class;
  }

  @Override
  public StructType columns() {
    StructType columns = new StructType().add(REPLIES, new ArrayType(REPLY, false));
    return everyTurn ? columns.add(UnansweredRows.COLUMN, UnansweredRows.type(false)) : columns;
  }

  /** Beside the content of a turn, what the model said is a reply. */
  @Override
  public Optional<AnswerColumns> answers() {
    StructType columns = new StructType();
    for (StructField field : REPLY.fields()) {
      boolean isText = field.name().equals("content");
      columns = columns.add(isText ? "reply" : field.name(), field.dataType());
    }
    return Optional.of(new AnswerColumns(REPLIES, columns));
  }

  @Override
  public Object[] encode(Replies result, Row asked) {
    return encode(result);
  }

  private Object[] encode(Replies result) {
    Object[] replies = result.replies().stream().map(RepliesCodec::reply).toArray();
    return everyTurn
        ? new Object[] {replies, UnansweredRows.encode(result.unanswered(), false)}
        : new Object[] {replies};
  }

  @Override
  public Object[] none() {
    return encode(new Replies(List.of(), List.of()));
  }

  private static Row reply(Reply reply) {
    return RowFactory.create(
        reply.turn(),
        reply.choice(),
        reply.content(),
        reply.reasoned().map(Reply.Reasoned::text).orElse(null),
        reply.finishReason(),
        reply.stopReason().orElse(null),
        reply.promptTokens(),
        reply.cachedTokens(),
        reply.completionTokens(),
        reply.reasoned().map(Reply.Reasoned::tokens).orElse(0),
        reply.reasoned().map(Reply.Reasoned::isCutShort).orElse(false),
        reply.meanLogprob(),
        reply.confidence(),
        reply.droppedMessages(),
        logprobs(reply.logprobs()));
  }

  /** The column of log-probabilities; null when they were not asked for. */
  private static Object logprobs(List<TokenLogprob> tokens) {
    if (tokens.isEmpty()) {
      return null;
    }
    return tokens.stream()
        .map(
            token ->
                RowFactory.create(
                    token.id(),
                    token.logprob(),
                    token.alternatives().stream()
                        .map(other -> RowFactory.create(other.id(), other.logprob()))
                        .toArray()))
        .toArray();
  }

  @Override
  public List<String> counters() {
    List<String> names = new ArrayList<>(COUNTERS);
    if (everyTurn) {
      names.addAll(List.of("replies", UnansweredRows.COUNTER));
    }
    return names;
  }

  @Override
  public Map<String, Long> count(Row result) {
    Map<String, Long> counts = new HashMap<>();
    for (Row reply : replies(result)) {
      long prompt = reply.<Integer>getAs("prompt_tokens");
      long cached = reply.<Integer>getAs("cached_tokens");
      long completion = reply.<Integer>getAs("completion_tokens");
      counts.merge("prompt_tokens", prompt, Long::sum);
      counts.merge("cached_tokens", cached, Long::sum);
      counts.merge("completion_tokens", completion, Long::sum);
      counts.merge("reasoning_tokens", (long) reply.<Integer>getAs("reasoning_tokens"), Long::sum);
      counts.merge(
          "reasoning_cut_short", reply.<Boolean>getAs("reasoning_cut_short") ? 1L : 0, Long::sum);
      String ended = reply.getAs("finish_reason");
      counts.merge(LENGTH_REPLIES, ended.equals("length") ? 1L : 0, Long::sum);
      counts.merge(REPETITION_REPLIES, ended.equals("repetition") ? 1L : 0, Long::sum);
      counts.merge("cached_replies", isReused(reply) ? 1L : 0, Long::sum);
      counts.merge(
          "computed_tokens", isReused(reply) ? 0 : prompt - cached + completion, Long::sum);
    }
    if (everyTurn) {
      counts.put("replies", (long) replies(result).size());
      counts.put(UnansweredRows.COUNTER, UnansweredRows.count(result));
    }
    return counts;
  }

  @Override
  public Tokens tokens(Replies result) {
    return result.replies().stream()
        .filter(reply -> !reply.reused())
        .map(reply -> new Tokens(reply.completionTokens(), reply.computedTokens()))
        .reduce(Tokens.NONE, Tokens::plus);
  }

  @Override
  public ReplyEnds ends(Row result) {
    List<Row> replies = replies(result);
    long byLength =
        replies.stream().filter(reply -> LENGTH.equals(reply.getAs("finish_reason"))).count();
    return new ReplyEnds(replies.size(), byLength);
  }

  private static List<Row> replies(Row result) {
    return result.getList(result.fieldIndex(REPLIES));
  }

  /**
   * Whether a reply was known from before: otherwise at least one token of the prompt is computed.
   */
  private static boolean isReused(Row reply) {
    return reply.<Integer>getAs("prompt_tokens").equals(reply.<Integer>getAs("cached_tokens"));
  }
}

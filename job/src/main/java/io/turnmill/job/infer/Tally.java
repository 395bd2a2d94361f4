package io.turnmill.job.infer;

import io.turnmill.task.Reply;
import io.turnmill.task.TaskResult;
import java.io.Serializable;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;

/**
 * What the executors have done so far, for the progress line. Retried tasks count again, so the
 * books are never made of it.
 */
public final class Tally implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Name of the accumulator of finished sessions, ok or not. */
  public static final String SESSIONS = "turnmill.sessions";

  /** Name of the accumulator of tokens that the model wrote. */
  public static final String TOKENS = "turnmill.tokens";

  private final LongAccumulator sessions;
  private final LongAccumulator tokens;

  public Tally(SparkSession spark) {
    sessions = spark.sparkContext().longAccumulator(SESSIONS);
    tokens = spark.sparkContext().longAccumulator(TOKENS);
  }

  void add(TaskResult result) {
    sessions.add(1L);
    if (result instanceof TaskResult.Ok ok) {
      for (Reply reply : ok.replies()) {
        tokens.add(reply.completionTokens());
      }
    }
  }
}

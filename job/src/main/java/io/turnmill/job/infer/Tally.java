package io.turnmill.job.infer;

import io.turnmill.job.metrics.EngineTally;
import io.turnmill.job.rows.ResultCodec;
import io.turnmill.task.TaskResult;
import java.io.Serializable;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what the executors have done so far, for the progress line. Retried tasks count again, so
 * the run's counts are never made from it. At log level DEBUG each executor logs the tokens of each
 * session that it has computed, so that its log tells what it did even if it is killed.
 */
public final class Tally implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(Tally.class);

  /** The name of the accumulator of finished sessions, whatever their status. */
  public static final String SESSIONS = "turnmill.sessions";

  /** The name of the accumulator of tokens that the model wrote. */
  public static final String TOKENS = "turnmill.tokens";

  private final LongAccumulator sessions;
  private final LongAccumulator tokens;
  private final EngineTally engines;

  public Tally(SparkSession spark) {
    sessions = spark.sparkContext().longAccumulator(SESSIONS);
    tokens = spark.sparkContext().longAccumulator(TOKENS);
    engines = new EngineTally(spark);
  }

  /** The work of the engines. */
  public EngineTally engines() {
    return engines;
  }

  /** Counts one more session that gets the result of another one. */
  void addCopy() {
    sessions.add(1L);
  }

  /** Counts one more item that is done. */
  <R> void add(TaskResult<?> result, ResultCodec<R> codec) {
    sessions.add(1L);
    if (result instanceof TaskResult.Ok<?> ok) {
      ResultCodec.Tokens of = codec.tokens(codec.type().cast(ok.value()));
      tokens.add(of.written());
      LOG.debug("An item is done: {} tokens were computed.", of.computed());
    }
  }
}

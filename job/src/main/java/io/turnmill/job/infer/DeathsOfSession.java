package io.turnmill.job.infer;

import io.turnmill.job.flight.Deaths;
import io.turnmill.job.flight.Flights;
import io.turnmill.session.KeyHash;
import io.turnmill.session.SessionKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.api.java.UDF2;

/**
 * From tenant and session id to the deaths that the session has seen: those before the attempt that
 * asks. What an attempt knows does not change while it runs.
 */
final class DeathsOfSession implements UDF2<String, String, Integer> {
  private static final long serialVersionUID = 1L;
  private static final long NO_TASK = -1;

  private final Flights flights;
  private transient Deaths deaths;
  private transient long task = NO_TASK;

  DeathsOfSession(Flights flights) {
    this.flights = flights;
  }

  @Override
  public Integer call(String tenant, String sessionId) {
    return known().of(KeyHash.of(new SessionKey(Optional.ofNullable(tenant), sessionId)));
  }

  private Deaths known() {
    TaskContext context = TaskContext.get();
    if (deaths == null || task != context.taskAttemptId()) {
      try {
        deaths = flights.deaths(context.partitionId());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      task = context.taskAttemptId();
    }
    return deaths;
  }
}

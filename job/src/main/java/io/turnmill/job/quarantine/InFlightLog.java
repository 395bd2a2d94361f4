package io.turnmill.job.quarantine;

import java.io.IOException;
import java.util.Collection;
import org.apache.hadoop.util.ShutdownHookManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one attempt notes of its sessions: a note that stays when the process dies, and is removed
 * when the attempt ends in order, even with an exception.
 */
public final class InFlightLog {
  private static final Logger LOG = LoggerFactory.getLogger(InFlightLog.class);

  /** Runs after Spark's hook, which stops the tasks, and before Hadoop's, which closes files. */
  private static final int BEHIND_SPARK = 20;

  private static final int NONE = -1;

  private final InFlightFiles notes;
  private final TaskAttempt attempt;
  private final Runnable hook = this::end;
  private int latest = NONE;
  private int begun = NONE;
  private boolean isHalf;
  private boolean ended;

  private InFlightLog(InFlightFiles notes, TaskAttempt attempt) {
    this.notes = notes;
    this.attempt = attempt;
  }

  static InFlightLog open(InFlightFiles notes, TaskAttempt attempt) {
    InFlightLog log = new InFlightLog(notes, attempt);
    if (attempt.local()) {
      // A run in local mode that is interrupted ends its executor in order.
      ShutdownHookManager.get().addShutdownHook(log.hook, BEHIND_SPARK);
    }
    return log;
  }

  /**
   * Notes what may be in flight from now on; returns when that will survive this process.
   *
   * @param sessions by {@link io.turnmill.session.KeyHash}
   */
  public synchronized void note(Collection<Long> sessions) throws IOException {
    if (ended) {
      return;
    }
    begun++;
    isHalf = true;
    notes.write(attempt, begun, sessions);
    isHalf = false;
    int before = latest;
    latest = begun;
    if (before != NONE) {
      notes.remove(attempt, before);
    }
  }

  /** Notes that nothing is in flight. */
  public synchronized void clear() throws IOException {
    if (!ended && latest != NONE) {
      notes.remove(attempt, latest);
      latest = NONE;
    }
  }

  /** The attempt has ended in order. Does nothing the second time. */
  public void end() {
    end(false);
  }

  /** The attempt has ended, and its process is about to: what is noted stays. */
  public void endOfProcess() {
    end(true);
  }

  private synchronized void end(boolean stays) {
    if (ended) {
      return;
    }
    ended = true;
    if (attempt.local() && !ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get().removeShutdownHook(hook);
    }
    if (stays) {
      return;
    }
    try {
      if (latest != NONE) {
        notes.remove(attempt, latest);
      }
      if (isHalf) {
        notes.remove(attempt, begun);
      }
    } catch (IOException e) {
      LOG.warn(
          "The note of an attempt could not be removed, and counts as a death: {}", e.toString());
    }
  }
}

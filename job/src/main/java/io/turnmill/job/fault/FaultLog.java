package io.turnmill.job.fault;

import io.turnmill.session.Fault;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows in the log of an executor where an exception was thrown that cost one record or session:
 * once for each place in the code, however many records and sessions it costs. The messages of
 * exceptions may hold text of conversations and are left out; only that of a fault of our own is
 * shown. Safe for all threads.
 */
public final class FaultLog {
  private static final Logger LOG = LoggerFactory.getLogger(FaultLog.class);
  private static final FaultLog HERE = new FaultLog(LOG);

  /** A recursion without end has a thousand frames, of which a few tell everything. */
  private static final int FRAMES = 50;

  private static final int CAUSES = 5;

  private final Logger log;
  private final Set<String> places = ConcurrentHashMap.newKeySet();

  FaultLog(Logger log) {
    this.log = log;
  }

  /** The one of this JVM. */
  public static FaultLog here() {
    return HERE;
  }

  /** Shows where the fault comes from, unless that was shown before; gives it back. */
  public Fault show(Fault fault) {
    StackTraceElement[] frames = fault.thrown().getStackTrace();
    String place = frames.length == 0 ? "" : frames[0].toString();
    if (places.add(fault.detail() + " " + place)) {
      if (fault.isBug()) {
        log.error(
            "A fault of Turnmill cost a record or a session, in the step {}. Please report it with"
                + " the lines below. The same place is shown once.",
            fault.step().wireName(),
            new Trace(fault.thrown(), fault.thrown().getMessage(), CAUSES));
      } else {
        log.warn(
            "An exception cost a record or a session, in the step {}. Its message may hold text and"
                + " is left out. The same place is shown once.",
            fault.step().wireName(),
            new Trace(fault.thrown(), "", CAUSES));
      }
    }
    return fault;
  }

  /** Class and frames of an exception and of its causes. */
  private static final class Trace extends Throwable {
    private static final long serialVersionUID = 1L;

    Trace(Throwable of, String message, int causes) {
      super(
          of.getClass().getName() + (message.isEmpty() ? "" : ": " + message),
          of.getCause() == null || causes == 0 ? null : new Trace(of.getCause(), "", causes - 1),
          false,
          true);
      StackTraceElement[] frames = of.getStackTrace();
      setStackTrace(Arrays.copyOf(frames, Math.min(FRAMES, frames.length)));
    }
  }
}

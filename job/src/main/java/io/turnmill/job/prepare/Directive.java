package io.turnmill.job.prepare;

import io.turnmill.job.rows.ComparedRows;
import io.turnmill.session.SessionKey;
import java.io.Serializable;

/**
 * What is to be done with a session that is a duplicate, or of which there are copies.
 *
 * @param owner its tenant, as {@link ComparedRows#OWNER} has it
 * @param kept the id of the session that is kept; its own where it is the one
 */
record Directive(String owner, String sessionId, Kind kind, String kept) implements Serializable {
  private static final long serialVersionUID = 1L;

  enum Kind {
    /** It is asked, and its result is copied. */
    COPIED,
    /** It gets the result of the session that is kept. */
    COPY,
    /** It is rejected, because it has the same messages. */
    REJECTED_DUPLICATE,
    /** It is rejected, because it has nearly the same messages. */
    REJECTED_NEAR_DUPLICATE
  }

  SessionKey key() {
    return ComparedRows.key(owner, sessionId);
  }

  SessionKey keptKey() {
    return ComparedRows.key(owner, kept);
  }

  /** The directive for the session whose result this one gets. */
  Directive forKept() {
    return new Directive(owner, kept, Kind.COPIED, kept);
  }
}

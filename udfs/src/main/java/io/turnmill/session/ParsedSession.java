package io.turnmill.session;

/** One session of the archive, checked. */
public sealed interface ParsedSession {

  SessionKey key();

  /**
   * A session that can be worked on.
   *
   * @param place the place of its first record
   * @param rejectedMessages how many of its messages were rejected
   */
  record Valid(Session session, Place place, int rejectedMessages) implements ParsedSession {
    @Override
    public SessionKey key() {
      return session.key();
    }
  }

  /**
   * A session that cannot be worked on.
   *
   * @param place the place of its first record
   * @param detail names and counts; never conversation text
   */
  record Rejected(SessionKey key, Place place, RejectionCode code, String detail)
      implements ParsedSession {}
}

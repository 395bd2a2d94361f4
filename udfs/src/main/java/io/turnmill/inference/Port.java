package io.turnmill.inference;

/**
 * The way of one {@link Feed} into one {@link Backend}. Outcomes come back into the feed's mailbox.
 * All methods but {@link #close} are called by the feed's thread.
 */
public interface Port extends AutoCloseable {

  /** What a request counts in the feed's window, at least 1. */
  int weight(Request request);

  /**
   * Takes in a request. The backend may learn of it later.
   *
   * @param isFollowUp whether its work had requests before, so that a prefix may be known
   * @param mayContinue whether its work may have requests after it that begin as it does
   * @throws RuntimeException whatever the request's own code throws; the request is not taken in
   */
  void add(Request request, boolean isFollowUp, boolean mayContinue);

  /** Says that the work that was asked last has no more requests for now. */
  void endOfWork();

  /**
   * Hands over to the backend all that was added.
   *
   * @throws BackendException when the backend has failed or is closed, or this port is
   */
  void flush();

  /** Takes all requests of this port out of the backend. Does nothing the second time. */
  @Override
  void close();
}

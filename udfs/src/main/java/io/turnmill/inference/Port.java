package io.turnmill.inference;

/**
 * The connection of one {@link Feed} to one {@link Backend}. Outcomes come back into the feed's
 * mailbox. All methods except {@link #close} are called by the feed's thread.
 */
public interface Port extends AutoCloseable {

  /** The weight of a request in the feed's window, at least 1. */
  int weight(Request request);

  /**
   * Takes in a request. The backend may get it only at {@link #flush}.
   *
   * @param isFollowUp whether its work had requests before, so that a prefix may be known
   * @param mayContinue whether its work may have requests after it that begin as it does
   * @throws RuntimeException whatever the request's own code throws; the request is not taken in
   */
  void add(Request request, boolean isFollowUp, boolean mayContinue);

  /** Says that the last work has no more requests for now. */
  void endOfWork();

  /**
   * Gives all added requests to the backend.
   *
   * @throws BackendException when the backend has failed or is closed, or this port is closed
   */
  void flush();

  /** Takes all requests of this port out of the backend. A second call does nothing. */
  @Override
  void close();
}

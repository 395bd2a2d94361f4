package io.turnmill.engine;

import io.turnmill.inference.Mailbox;
import io.turnmill.inference.Request;
import java.util.Optional;

/**
 * How the requests of feeds become what an engine computes. Called by the threads of the feeds.
 *
 * @param <S> what the engine computes
 */
public interface Intake<S> {

  /** What a request counts in a feed's window, at least 1. */
  int weight(Request request);

  /** Requests are handed to the engine this many at a time, where works ask few each. */
  int handful();

  /**
   * What the engine is to compute; empty where an outcome is in the mailbox already.
   *
   * @param isFollowUp whether the request's work had requests before
   * @param mayContinue whether the request's work may have more
   */
  Optional<S> take(Request request, Mailbox owner, boolean isFollowUp, boolean mayContinue);
}

package io.turnmill.engine;

import io.turnmill.inference.Mailbox;
import io.turnmill.inference.Request;
import java.util.Optional;

/**
 * Turns the requests of feeds into what an engine computes. Called by the threads of the feeds.
 *
 * @param <S> what the engine computes
 */
public interface Intake<S> {

  /** The weight of a request in its feed's window, at least 1. */
  int weight(Request request);

  /** How many requests are collected from works that ask few each, before they are submitted. */
  int submittedTogether();

  /**
   * Returns what the engine is to compute; empty when the outcome is in the mailbox already.
   *
   * @param isFollowUp whether the request's work had requests before
   * @param mayContinue whether the request's work may have more requests later
   */
  Optional<S> take(Request request, Mailbox owner, boolean isFollowUp, boolean mayContinue);
}

package io.turnmill.inference;

import io.turnmill.inference.Outcome.Completion;
import java.util.Optional;

/**
 * What is known from before, for one {@link Feed}: asked about each request before the engine is,
 * and told each reply that it did not know. Failures are not told: they are tried again. Used by
 * the feed's thread alone.
 *
 * @param <W> the feed's works
 */
public interface CompletionCache<W extends Work> {

  /**
   * What replies depend on besides the values of their requests: the model, its arithmetic, and
   * what the stop check looks for. The same text at every call.
   */
  String scope();

  /** The reply to a request of this key, if it is known. */
  Optional<Completion> find(RequestKey key);

  /** A reply that {@link #find} did not know, whoever computed it. */
  void learn(W work, RequestKey key, Completion completion);
}

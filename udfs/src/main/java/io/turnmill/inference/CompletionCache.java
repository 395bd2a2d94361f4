package io.turnmill.inference;

import io.turnmill.inference.Outcome.Completion;
import java.util.Optional;

/**
 * The replies that are known from before, for one {@link Feed}. The feed asks it for each request
 * before it asks a backend, and tells it each reply that it did not know. Failures are not told, so
 * they are tried again. Only the feed's thread uses it.
 *
 * @param <W> the feed's works
 */
public interface CompletionCache<W extends Work> {

  /**
   * A text of everything that replies depend on besides the values of their requests and the
   * backend, such as what the stop check looks for. It is the same text at every call.
   */
  String scope();

  /** The reply to a request of this key, if it is known. */
  Optional<Completion> find(RequestKey key);

  /** Takes a reply that {@link #find} did not know, whichever feed asked for it. */
  void learn(W work, RequestKey key, Completion completion);
}

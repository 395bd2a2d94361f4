package io.turnmill.inference;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One model for all threads of a process, wherever it runs. Each thread reaches it through a {@link
 * Feed} of its own.
 */
public interface Backend extends AutoCloseable {

  BackendInfo info();

  /**
   * Opens the port through which a feed reaches this backend.
   *
   * @param mailbox takes the outcomes
   * @throws BackendException when the backend has failed or is closed
   */
  Port connect(Mailbox mailbox);

  /** Finds requests under way that have the same key, so that they are computed once. */
  SingleFlight singleFlight();

  /** What the backend has done since its start. A thread that holds an outcome sees it counted. */
  Metrics metrics();

  /** False once the backend has failed or is closed; then another one has to take its place. */
  boolean isAlive();

  /**
   * Waits until a backend that has failed or is closed has given its memory back.
   *
   * @param longest how long this waits at most; more than zero
   * @return whether the memory is given back
   */
  boolean awaitEnd(Duration longest) throws InterruptedException;

  /**
   * Ends the backend. Open feeds get a {@link BackendException}. Returns after all memory is given
   * back.
   *
   * @throws BackendException when the model could not be closed, or memory is missing
   */
  @Override
  void close();

  /**
   * Opens a feed for one thread.
   *
   * @param window the feed has room while its requests under way weigh less than this
   * @throws BackendException when the backend has failed or is closed
   */
  default <W extends Work> Feed<W> open(int window) {
    return Feed.open(List.of(Route.only(this, window)), Optional.empty());
  }

  /** Opens a feed that asks {@code cache} first. */
  default <W extends Work> Feed<W> open(int window, CompletionCache<W> cache) {
    return Feed.open(List.of(Route.only(this, window)), Optional.of(cache));
  }
}

package io.turnmill.inference;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One model for all threads of a process, wherever it runs. Threads reach it through a {@link Feed}
 * each.
 */
public interface Backend extends AutoCloseable {

  BackendInfo info();

  /**
   * Opens a feed's way into this backend.
   *
   * @param mailbox where outcomes go
   * @throws BackendException when the backend has failed or is closed
   */
  Port connect(Mailbox mailbox);

  /** Requests under way that have the same key are computed once. */
  SingleFlight singleFlight();

  /** What it has done since its start. A thread that holds an outcome sees it counted. */
  Metrics metrics();

  /** False once the backend has failed or is closed: then another one has to take its place. */
  boolean isAlive();

  /**
   * Waits until a backend that has failed or is closed has given its memory back.
   *
   * @param longest that it waits, more than nothing
   * @return whether it has
   */
  boolean awaitEnd(Duration longest) throws InterruptedException;

  /**
   * Ends the backend. Open feeds get a {@link BackendException}. Returns when all memory is given
   * back.
   *
   * @throws BackendException when the model could not be closed, or memory is missing
   */
  @Override
  void close();

  /**
   * Opens a feed for one thread.
   *
   * @param window there is room while what is under way weighs less
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

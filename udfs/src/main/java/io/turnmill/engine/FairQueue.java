package io.turnmill.engine;

import io.turnmill.inference.Integrity;
import io.turnmill.inference.Mailbox;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Requests that wait and of which nothing has been computed. Feeds take turns, one request each.
 * Within a feed, requests of works that are under way go before those of new works (a slot may
 * still hold their prefix), each kind in the order of arrival. So a request waits at most for the
 * requests before it in its own feed times the number of feeds; works are finite and a feed's
 * window bounds how many are under way, so no request waits for ever.
 */
public final class FairQueue<R extends FairQueue.Waiting> {

  /** A request that waits. */
  public interface Waiting {
    Mailbox owner();

    /** Whether its work had requests before this one. */
    default boolean followUp() {
      return false;
    }

    /** Throws when the request should not be in the queue. */
    default void verifyWaiting() {}
  }

  private static final class Line<R> {
    private final Deque<R> followUps = new ArrayDeque<>();
    private final Deque<R> fresh = new ArrayDeque<>();

    private int size() {
      return followUps.size() + fresh.size();
    }
  }

  /** Feeds with waiting requests, the next one first. */
  private final Map<Mailbox, Line<R>> turns = new LinkedHashMap<>();

  private int size;

  public int size() {
    return size;
  }

  public void add(R request) {
    Line<R> line = turns.computeIfAbsent(request.owner(), owner -> new Line<>());
    (request.followUp() ? line.followUps : line.fresh).addLast(request);
    size++;
  }

  /** Takes out the next request; empty when none waits. */
  public Optional<R> next() {
    return next(false);
  }

  /**
   * Takes out the next request. If {@code followUpsOnly}, only requests of works that are under way
   * count, and a feed that has none keeps its turn.
   */
  public Optional<R> next(boolean followUpsOnly) {
    for (Map.Entry<Mailbox, Line<R>> turn : turns.entrySet()) {
      Line<R> line = turn.getValue();
      if (!followUpsOnly || !line.followUps.isEmpty()) {
        return Optional.of(take(turn.getKey(), line));
      }
    }
    return Optional.empty();
  }

  private R take(Mailbox owner, Line<R> line) {
    turns.remove(owner);
    R request = (line.followUps.isEmpty() ? line.fresh : line.followUps).removeFirst();
    if (line.size() > 0) {
      turns.put(owner, line);
    }
    size--;
    return request;
  }

  /** Takes out all requests of one feed and returns how many they were. */
  public int withdraw(Mailbox owner) {
    Line<R> line = turns.remove(owner);
    int count = line == null ? 0 : line.size();
    size -= count;
    return count;
  }

  public void verifyIntegrity() {
    int waiting = 0;
    for (Map.Entry<Mailbox, Line<R>> turn : turns.entrySet()) {
      Integrity.check(turn.getValue().size() > 0, "a feed without requests has a turn");
      waiting += turn.getValue().size();
      for (Deque<R> line : List.of(turn.getValue().followUps, turn.getValue().fresh)) {
        for (R request : line) {
          request.verifyWaiting();
          Integrity.check(
              request.owner() == turn.getKey(), "a request waits in the line of another feed");
        }
      }
    }
    Integrity.check(waiting == size, "waiting requests are miscounted");
  }
}

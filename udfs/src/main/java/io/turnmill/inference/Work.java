package io.turnmill.inference;

import java.util.List;

/**
 * One session or one document in progress. It says which requests can run now, takes their
 * outcomes, and is done when it has its result. All methods are called by the thread that owns the
 * {@link Feed}, never by a thread of a backend.
 */
public interface Work {

  /**
   * Returns the requests that can run now and were not returned before; may be empty. A call keeps
   * the thread of the feed from its other works, so it should take about a second at most: a work
   * with more to do yields.
   */
  List<Request> next();

  /**
   * Whether the last call of {@link #next} returned early, so that {@code next} is to be called
   * again soon, even if nothing is answered in between. Called after {@code next}.
   */
  default boolean hasYielded() {
    return false;
  }

  /**
   * Whether more requests may follow after the present ones are answered, such as for the next turn
   * of a session. If so, a backend may keep the state of the present ones for a while. Called after
   * {@link #next}.
   */
  default boolean mayContinue() {
    return false;
  }

  /** Takes the outcome of a request that {@link #next} returned. */
  void accept(Request request, Outcome outcome);

  /** True when no request is under way and none will follow. */
  boolean done();

  /**
   * Takes an exception that one of the other methods threw, or that kept a request of this work
   * from its backend. None of the other methods is called again. Requests under way run to their
   * end, and then the work comes out of its feed.
   *
   * @return whether the fault is this work's alone; if not, it is thrown to the caller of the feed,
   *     which can then only be closed
   */
  default boolean fail(Throwable thrown) {
    return false;
  }
}

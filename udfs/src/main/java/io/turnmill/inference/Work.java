package io.turnmill.inference;

import java.util.List;

/**
 * One session or one document in progress. It says which requests can run now, takes their
 * outcomes, and is done when it has its result. All methods are called by the thread that feeds the
 * backend (see {@link Feed}), never by a thread of a backend.
 */
public interface Work {

  /** Requests that can run now and were not handed out before; may be empty. */
  List<Request> next();

  /**
   * Whether more requests may follow when those handed out are answered, such as the next turn of a
   * session: then a backend may keep for a while what it holds of them. Asked after {@link #next}.
   */
  default boolean mayContinue() {
    return false;
  }

  /** Takes what became of a request that {@link #next} handed out. */
  void accept(Request request, Outcome outcome);

  /** True when no request is outstanding and none will follow. */
  boolean done();

  /**
   * Takes that one of the other methods threw, or that a request of this work could not be handed
   * to its backend. None of them is called again; requests that are outstanding run to their end,
   * and then the work comes out of its feed.
   *
   * @return whether the fault is this work's alone; if not, it is thrown to the caller of the feed,
   *     which can then only be closed
   */
  default boolean fail(Throwable thrown) {
    return false;
  }
}

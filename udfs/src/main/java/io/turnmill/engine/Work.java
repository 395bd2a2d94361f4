package io.turnmill.engine;

import java.util.List;

/**
 * One session or one document under way. It says which requests can run now, takes their outcomes,
 * and is done when it has its result. All methods are called by the thread that feeds the engine
 * (see {@link Feed}), never by the engine's own.
 */
public interface Work {

  /** Requests that can run now and were not handed out before; may be empty. */
  List<Request> next();

  /**
   * Whether more requests may follow when those handed out are answered, such as the next turn of a
   * session: then the engine keeps what it holds of them for a while. Asked after {@link #next}.
   */
  default boolean goesOn() {
    return false;
  }

  /** Takes what became of a request that {@link #next} handed out. */
  void accept(Request request, Outcome outcome);

  /** True when no request is outstanding and none will follow. */
  boolean done();
}

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

  /** Takes what became of a request that {@link #next} handed out. */
  void accept(Request request, Outcome outcome);

  /** True when no request is outstanding and none will follow. */
  boolean done();
}

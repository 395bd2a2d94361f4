package io.turnmill.engine;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/**
 * The one thread that owns a model and its memory: it starts the model, works until it is closed,
 * and gives the memory back. Other threads reach it through its {@link Inbox}.
 *
 * @param <S> what is submitted
 * @param <F> what is known of the model once it is ready
 */
final class EngineThread<S, F> implements AutoCloseable {

  /** What the thread runs; all its methods are called by that thread. */
  interface Body<F> extends AutoCloseable {

    /** Of the model. */
    F facts();

    /** Returns when the inbox is closed; throws when it cannot go on. */
    void run();

    /** Gives all memory back. */
    @Override
    void close();
  }

  private final Inbox<S> inbox = new Inbox<>();
  private final CompletableFuture<F> ready = new CompletableFuture<>();
  private final Thread thread;

  /** What closing the body threw; written by the thread before it ends. */
  private EngineException closeFailure;

  private EngineThread(String name, Function<Inbox<S>, Body<F>> start) {
    this.thread = new Thread(() -> live(start), name);
    thread.setDaemon(true);
  }

  /**
   * Starts the thread and waits until its body is there.
   *
   * @param start called by the new thread; leaves nothing open when it throws
   * @throws EngineException when it cannot be
   */
  static <S, F> EngineThread<S, F> start(String name, Function<Inbox<S>, Body<F>> start) {
    EngineThread<S, F> engine = new EngineThread<>(name, start);
    engine.thread.start();
    try {
      engine.ready.join();
      return engine;
    } catch (CompletionException e) {
      throw e.getCause() instanceof EngineException reason
          ? reason.copy()
          : EngineException.inEngine(e.getCause());
    }
  }

  Inbox<S> inbox() {
    return inbox;
  }

  /** Of the model. */
  F facts() {
    return ready.join();
  }

  /** False once the engine has failed or is closed. */
  boolean isAlive() {
    return inbox.isOpen();
  }

  /**
   * Ends the body after its present step. Returns when all memory is given back.
   *
   * @throws EngineException when the body could not be closed, or memory is missing
   */
  @Override
  public void close() {
    inbox.close();
    Joining.uninterrupted(thread);
    if (closeFailure != null) {
      throw closeFailure.copy();
    }
  }

  /**
   * Waits until all memory is given back, which may take a while longer than {@link #isAlive}.
   *
   * @param longest that it waits, more than nothing
   * @return whether it is
   */
  boolean awaitEnd(Duration longest) throws InterruptedException {
    thread.join(longest.toMillis());
    return !thread.isAlive();
  }

  /** The thread. Feeds learn of the end before memory is given back, which may take long. */
  private void live(Function<Inbox<S>, Body<F>> start) {
    try (Body<F> body = start.apply(inbox)) {
      ready.complete(body.facts());
      inbox.end(run(body));
    } catch (Throwable e) {
      EngineException failure =
          e instanceof EngineException reason ? reason : EngineException.inEngine(e);
      if (!ready.completeExceptionally(failure)) {
        closeFailure = failure;
      }
    }
  }

  /** Why the engine takes nothing any more. */
  private static EngineException run(Body<?> body) {
    try {
      body.run();
      return EngineException.closed("the engine");
    } catch (EngineException e) {
      return e;
    } catch (Throwable e) {
      return EngineException.inEngine(e);
    }
  }
}

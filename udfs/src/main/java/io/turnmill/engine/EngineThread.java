package io.turnmill.engine;

import io.turnmill.engine.LocalBackend.Engine;
import io.turnmill.inference.BackendException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/**
 * The one thread that owns a model and its memory. It starts the engine, runs it until it is
 * closed, and gives the memory back. Other threads reach it through its {@link Inbox}.
 *
 * @param <S> what feeds submit to the engine
 */
final class EngineThread<S> implements AutoCloseable {
  private final Inbox<S> inbox = new Inbox<>();
  private final CompletableFuture<Engine<S>> ready = new CompletableFuture<>();
  private final Thread thread;

  /** What closing the engine threw, or null; the thread writes it before it ends. */
  private BackendException closeFailure;

  private EngineThread(String name, Function<Inbox<S>, Engine<S>> start) {
    this.thread = new Thread(() -> live(start), name);
    thread.setDaemon(true);
  }

  /**
   * Starts the thread and waits until its engine is there.
   *
   * @param start makes the engine; called by the new thread, and leaves nothing open when it throws
   * @throws BackendException when the engine cannot be started
   */
  static <S> EngineThread<S> start(String name, Function<Inbox<S>, Engine<S>> start) {
    EngineThread<S> engine = new EngineThread<>(name, start);
    engine.thread.start();
    try {
      engine.ready.join();
      return engine;
    } catch (CompletionException e) {
      throw e.getCause() instanceof BackendException reason
          ? reason.copy()
          : BackendException.inEngine(e.getCause());
    }
  }

  Inbox<S> inbox() {
    return inbox;
  }

  /** The engine that the thread runs. */
  Engine<S> engine() {
    return ready.join();
  }

  /** False once the engine has failed or is closed. */
  boolean isAlive() {
    return inbox.isOpen();
  }

  /**
   * Ends the engine after its present step. Returns after all memory is given back.
   *
   * @throws BackendException when the engine could not be closed, or memory is missing
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
   * @param longest how long this waits at most; more than zero
   * @return whether all memory is given back
   */
  boolean awaitEnd(Duration longest) throws InterruptedException {
    thread.join(longest.toMillis());
    return !thread.isAlive();
  }

  /**
   * What the thread does. Feeds learn of the end before memory is given back, which may take long.
   */
  private void live(Function<Inbox<S>, Engine<S>> start) {
    try (Engine<S> engine = start.apply(inbox)) {
      ready.complete(engine);
      inbox.end(run(engine));
    } catch (Throwable e) {
      BackendException failure =
          e instanceof BackendException reason ? reason : BackendException.inEngine(e);
      if (!ready.completeExceptionally(failure)) {
        closeFailure = failure;
      }
    }
  }

  /** Runs the engine to its end and returns why it takes nothing any more. */
  private static BackendException run(Engine<?> engine) {
    try {
      engine.run();
      return BackendException.closed("the engine");
    } catch (BackendException e) {
      return e;
    } catch (Throwable e) {
      return BackendException.inEngine(e);
    }
  }
}

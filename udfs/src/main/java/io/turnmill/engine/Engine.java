package io.turnmill.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * Runs one model for all threads of a process. One thread of its own owns scheduler, slot table and
 * forward pass; others reach it through a {@link Feed} each.
 *
 * <pre>
 *   feed ─ submit ─▶ inbox ─▶ [ plan → forward → apply ]* ─▶ mailbox ─ take ─▶ feed
 * </pre>
 */
public final class Engine implements AutoCloseable {
  private final Inbox inbox = new Inbox();
  private final Meter meter = new Meter(System::nanoTime);

  /** The vocabulary's size, when the model is ready. */
  private final CompletableFuture<Integer> ready = new CompletableFuture<>();

  private final Thread thread;

  /** What closing the forward pass threw; written by the engine thread before it ends. */
  private EngineException closeFailure;

  private Engine(ForwardPass pass, EngineConfig config, Consumer<Scheduler> afterStep) {
    this.thread = new Thread(() -> live(pass, config, afterStep), "turnmill-engine");
    thread.setDaemon(true);
  }

  /**
   * Starts an engine, which owns {@code pass} from now on, and waits until its cache is allocated.
   *
   * @throws EngineException when it cannot be; {@code pass} is closed then
   */
  public static Engine start(ForwardPass pass, EngineConfig config) {
    return start(pass, config, scheduler -> {});
  }

  /**
   * @param afterStep called by the engine thread after every step, for tests
   */
  static Engine start(ForwardPass pass, EngineConfig config, Consumer<Scheduler> afterStep) {
    Engine engine = new Engine(pass, config, afterStep);
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

  /**
   * Opens a feed of at most {@code window} works at once, for one thread.
   *
   * @throws EngineException when the engine has failed or is closed
   */
  public <W extends Work> Feed<W> open(int window) {
    if (window < 1) {
      throw new IllegalArgumentException("a feed's window is at least 1");
    }
    Mailbox mailbox = new Mailbox();
    inbox.open(mailbox);
    return new Feed<>(inbox, mailbox, ready.join(), window);
  }

  /** False once the engine has failed or is closed: whoever wants one starts another. */
  public boolean isAlive() {
    return inbox.isOpen();
  }

  public EngineStats stats() {
    return meter.latest();
  }

  /**
   * Ends the engine after its present step and closes the forward pass. Open feeds get an {@link
   * EngineException}. Returns when all memory is given back.
   *
   * @throws EngineException when the forward pass could not be closed, or memory is missing
   */
  @Override
  public void close() {
    inbox.close();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (closeFailure != null) {
      throw closeFailure.copy();
    }
  }

  /** The engine thread. Feeds learn of the end before memory is given back, which may take long. */
  private void live(ForwardPass pass, EngineConfig config, Consumer<Scheduler> afterStep) {
    try (Runner runner = Runner.start(pass, config, meter)) {
      ready.complete(runner.vocabSize());
      inbox.end(run(new EngineLoop(config, inbox, meter, runner, afterStep)));
    } catch (EngineException e) {
      if (!ready.completeExceptionally(e)) {
        closeFailure = e;
      }
    }
  }

  /** Why the engine takes nothing any more. */
  private static EngineException run(EngineLoop loop) {
    try {
      loop.run();
      return EngineException.closed("the engine");
    } catch (EngineException e) {
      return e;
    } catch (Throwable e) {
      return EngineException.inEngine(e);
    }
  }
}

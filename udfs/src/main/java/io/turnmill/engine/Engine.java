package io.turnmill.engine;

import io.turnmill.engine.Sequence.Delivery;
import io.turnmill.engine.SetAside.Patience;
import java.time.Duration;
import java.util.Optional;
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
  private final Meter meter;

  private final SharedReplies shared = new SharedReplies();

  /** Knows the vocabulary's size. */
  private final EngineThread<Sequence, Integer> thread;

  private Engine(Meter meter, EngineThread<Sequence, Integer> thread) {
    this.meter = meter;
    this.thread = thread;
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
    return start(pass, config, Patience.USUAL, afterStep);
  }

  /**
   * @param patience with a device that is short of memory
   */
  static Engine start(
      ForwardPass pass, EngineConfig config, Patience patience, Consumer<Scheduler> afterStep) {
    Meter meter = new Meter(System::nanoTime, config.maxNumSeqs());
    return new Engine(
        meter,
        EngineThread.start(
            "turnmill-engine",
            inbox ->
                new Body(
                    config, inbox, meter, Runner.start(pass, config, meter), patience, afterStep)));
  }

  private record Body(
      EngineConfig config,
      Inbox<Sequence> inbox,
      Meter meter,
      Runner runner,
      Patience patience,
      Consumer<Scheduler> afterStep)
      implements EngineThread.Body<Integer> {

    @Override
    public Integer facts() {
      return runner.vocabSize();
    }

    @Override
    public void run() {
      new EngineLoop(config, inbox, meter, runner, patience, afterStep).run();
    }

    @Override
    public void close() {
      runner.close();
    }
  }

  /**
   * Opens a feed for one thread, with room while fewer than {@code window} requests are under way.
   *
   * @throws EngineException when the engine has failed or is closed
   */
  public <W extends Work> Feed<W> open(int window) {
    Mailbox<Delivery> mailbox = open(window, new Mailbox<>());
    return new Feed<>(thread.inbox(), mailbox, Optional.empty(), thread.facts(), window);
  }

  /**
   * Opens a feed that asks {@code recall} first. Requests of one key are computed once, also when
   * feeds ask at the same time.
   *
   * @throws EngineException when the engine has failed or is closed
   */
  public <W extends Work> Feed<W> open(int window, Recall<W> recall) {
    Mailbox<Delivery> mailbox = open(window, new Mailbox<>());
    Recalled<W> recalled = new Recalled<>(recall, shared, mailbox);
    return new Feed<>(thread.inbox(), mailbox, Optional.of(recalled), thread.facts(), window);
  }

  private Mailbox<Delivery> open(int window, Mailbox<Delivery> mailbox) {
    if (window < 1) {
      throw new IllegalArgumentException("a feed's window is at least 1");
    }
    thread.inbox().open(mailbox);
    return mailbox;
  }

  /** False once the engine has failed or is closed: whoever wants one starts another. */
  public boolean isAlive() {
    return thread.isAlive();
  }

  /**
   * For whoever starts another one in the place of one that has failed: waits until that has given
   * its memory back.
   *
   * @param longest that it waits, more than nothing
   * @return whether it has
   */
  public boolean awaitEnd(Duration longest) throws InterruptedException {
    return thread.awaitEnd(longest);
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
    thread.close();
  }
}

package io.turnmill.engine;

import io.turnmill.engine.WaitingText.Delivery;
import java.util.function.Consumer;

/**
 * Runs one encoder for all threads of a process: what {@link Engine} is to decoders. Each thread
 * has a {@link TextFeed}.
 *
 * <pre>
 *   feed ─ submit ─▶ inbox ─▶ [ window by length → pass → deliver ]* ─▶ mailbox ─ take ─▶ feed
 * </pre>
 */
public final class EncoderEngine implements AutoCloseable {
  private final EncoderConfig config;
  private final EncoderMeter meter;

  /** Knows the width of a vector. */
  private final EngineThread<WaitingText, Integer> thread;

  private EncoderEngine(
      EncoderConfig config, EncoderMeter meter, EngineThread<WaitingText, Integer> thread) {
    this.config = config;
    this.meter = meter;
    this.thread = thread;
  }

  /** Starts an engine, which owns {@code pass} from now on. */
  public static EncoderEngine start(EncoderPass pass, EncoderConfig config) {
    return start(pass, config, scheduler -> {});
  }

  /**
   * @param afterStep called by the engine thread after every step, for tests
   */
  static EncoderEngine start(
      EncoderPass pass, EncoderConfig config, Consumer<TextScheduler> afterStep) {
    EncoderMeter meter = new EncoderMeter(System::nanoTime);
    EncoderRunner runner = new EncoderRunner(pass, meter);
    return new EncoderEngine(
        config,
        meter,
        EngineThread.start(
            "turnmill-encoder", inbox -> new Body(config, inbox, meter, runner, afterStep)));
  }

  private record Body(
      EncoderConfig config,
      Inbox<WaitingText> inbox,
      EncoderMeter meter,
      EncoderRunner runner,
      Consumer<TextScheduler> afterStep)
      implements EngineThread.Body<Integer> {

    @Override
    public Integer facts() {
      return runner.width();
    }

    @Override
    public void run() {
      new EncoderLoop(config, inbox, meter, runner, afterStep).run();
    }

    @Override
    public void close() {
      runner.close();
    }
  }

  /**
   * Opens a feed, for one thread. It holds two windows: one that is computed and one that waits.
   *
   * @param <K> what travels along with a text
   * @throws EngineException when the engine has failed or is closed
   */
  public <K> TextFeed<K> open() {
    Mailbox<Delivery> mailbox = new Mailbox<>();
    thread.inbox().open(mailbox);
    return new TextFeed<>(thread.inbox(), mailbox, config);
  }

  /** Numbers in a vector. */
  public int width() {
    return thread.facts();
  }

  /** False once the engine has failed or is closed: whoever wants one starts another. */
  public boolean isAlive() {
    return thread.isAlive();
  }

  public EncoderStats stats() {
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

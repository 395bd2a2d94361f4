package io.turnmill.engine;

import io.turnmill.inference.Backend;
import io.turnmill.inference.BackendInfo;
import io.turnmill.inference.Mailbox;
import io.turnmill.inference.Metrics;
import io.turnmill.inference.Port;
import io.turnmill.inference.SingleFlight;
import java.time.Duration;
import java.util.function.Function;

/**
 * A backend whose model runs in this process. One thread of its own owns the model and its memory;
 * each feed reaches it through a port.
 *
 * <pre>
 *   feed ─ add ─▶ port ─ flush ─▶ inbox ─▶ [ plan → forward → apply ]* ─▶ mailbox ─ take ─▶ feed
 * </pre>
 *
 * @param <S> what feeds submit to the engine
 */
public final class LocalBackend<S> implements Backend {

  /**
   * The engine that the thread of a backend runs.
   *
   * @param <S> what feeds submit to it
   */
  public interface Engine<S> extends AutoCloseable {

    BackendInfo info();

    /**
     * Turns requests into what the engine computes. Other threads call this method and no other.
     */
    Intake<S> intake();

    /** Returns when the inbox is closed; throws when it cannot continue. */
    void run();

    /** Gives all memory back. */
    @Override
    void close();
  }

  private final Meter meter;
  private final EngineThread<S> thread;
  private final SingleFlight singleFlight = new SingleFlight();

  private LocalBackend(Meter meter, EngineThread<S> thread) {
    this.meter = meter;
    this.thread = thread;
  }

  /**
   * Starts an engine on a thread of its own and waits until it is there.
   *
   * @param start makes the engine; called by the new thread, and leaves nothing open when it throws
   * @throws io.turnmill.inference.BackendException when the engine cannot be started
   */
  public static <S> LocalBackend<S> start(
      String threadName, Meter meter, Function<Inbox<S>, Engine<S>> start) {
    return new LocalBackend<>(meter, EngineThread.start(threadName, start));
  }

  @Override
  public BackendInfo info() {
    return thread.engine().info();
  }

  @Override
  public Port connect(Mailbox mailbox) {
    thread.inbox().open(mailbox);
    return new LocalPort<>(thread.inbox(), mailbox, thread.engine().intake());
  }

  @Override
  public SingleFlight singleFlight() {
    return singleFlight;
  }

  @Override
  public Metrics metrics() {
    return meter.latest();
  }

  @Override
  public boolean isAlive() {
    return thread.isAlive();
  }

  @Override
  public boolean awaitEnd(Duration longest) throws InterruptedException {
    return thread.awaitEnd(longest);
  }

  @Override
  public void close() {
    thread.close();
  }
}

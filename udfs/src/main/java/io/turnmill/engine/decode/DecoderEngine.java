package io.turnmill.engine.decode;

import io.turnmill.engine.Inbox;
import io.turnmill.engine.Intake;
import io.turnmill.engine.LocalBackend;
import io.turnmill.engine.Meter;
import io.turnmill.engine.ModelIdentity;
import io.turnmill.engine.decode.SuspendedSequences.Backoff;
import io.turnmill.inference.Backend;
import io.turnmill.inference.BackendException;
import io.turnmill.inference.BackendInfo;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Integrity;
import io.turnmill.inference.Mailbox;
import io.turnmill.inference.Metric;
import io.turnmill.inference.Request;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Runs a decoder: continuous batching over key-value slots. Its thread owns scheduler, slot table
 * and forward pass.
 */
public final class DecoderEngine implements LocalBackend.Engine<Sequence> {
  private final EngineConfig config;
  private final Inbox<Sequence> inbox;
  private final Meter meter;
  private final DecoderRunner runner;
  private final Hooks hooks;
  private final BackendInfo info;

  /**
   * What tests change.
   *
   * @param backoff with a device that is short of memory
   * @param afterStep called by the engine thread after every step
   * @param nanoClock by which the engine's time is counted
   */
  record Hooks(Backoff backoff, Consumer<Scheduler> afterStep, LongSupplier nanoClock) {
    Hooks(Backoff backoff, Consumer<Scheduler> afterStep) {
      this(backoff, afterStep, System::nanoTime);
    }
  }

  private DecoderEngine(
      EngineConfig config,
      Inbox<Sequence> inbox,
      Meter meter,
      DecoderRunner runner,
      Hooks hooks,
      ModelIdentity model) {
    this.config = config;
    this.inbox = inbox;
    this.meter = meter;
    this.runner = runner;
    this.hooks = hooks;
    this.info =
        new BackendInfo(
            model.fingerprint(),
            model.arithmetic(),
            config.maxModelLen(),
            runner.vocabSize(),
            List.of(),
            0);
  }

  /**
   * Starts an engine, which owns {@code pass} from now on, and waits until its cache is allocated.
   *
   * @throws BackendException when it cannot be; {@code pass} is closed then
   */
  public static Backend start(ForwardPass pass, EngineConfig config, ModelIdentity model) {
    return start(pass, config, model, new Hooks(Backoff.USUAL, scheduler -> {}));
  }

  static Backend start(ForwardPass pass, EngineConfig config, ModelIdentity model, Hooks hooks) {
    Meter meter = new Meter(hooks.nanoClock());
    meter.set(Metric.SLOTS, config.maxNumSeqs());
    meter.publish();
    return LocalBackend.<Sequence>start(
        "turnmill-engine",
        meter,
        inbox ->
            new DecoderEngine(
                config, inbox, meter, DecoderRunner.start(pass, config, meter), hooks, model));
  }

  @Override
  public BackendInfo info() {
    return info;
  }

  @Override
  public Intake<Sequence> intake() {
    return new SequenceIntake(info.vocabSize());
  }

  @Override
  public void run() {
    new DecoderLoop(config, inbox, meter, runner, hooks).run();
  }

  @Override
  public void close() {
    runner.close();
  }

  private record SequenceIntake(int vocabSize) implements Intake<Sequence> {

    @Override
    public int weight(Request request) {
      return 1;
    }

    /** Each takes long to compute, so none waits for another. */
    @Override
    public int handful() {
      return 1;
    }

    @Override
    public Optional<Sequence> take(
        Request request, Mailbox owner, boolean isFollowUp, boolean mayContinue) {
      if (!(request instanceof Generate generate)) {
        throw new IllegalStateException("A decoder was asked for a vector. This is a bug.");
      }
      requireInVocabulary(generate);
      return Optional.of(new Sequence(generate, owner, isFollowUp, mayContinue));
    }

    /** An id outside the embedding would be a fault of the device, and end every other reply. */
    private void requireInVocabulary(Generate request) {
      for (int i = 0; i < request.prompt().size(); i++) {
        int id = request.prompt().get(i);
        Integrity.check(id >= 0 && id < vocabSize, "a prompt has an id outside the vocabulary");
      }
    }
  }
}

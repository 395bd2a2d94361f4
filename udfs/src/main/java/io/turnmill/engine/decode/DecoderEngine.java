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
import io.turnmill.inference.Score;
import io.turnmill.token.TokenIds;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Runs a decoder: continuous batching over key-value slots. The engine thread owns the scheduler,
 * the slot table and the forward pass.
 */
public final class DecoderEngine implements LocalBackend.Engine<Sequence> {
  private final EngineConfig config;
  private final Inbox<Sequence> inbox;
  private final Meter meter;
  private final DecoderRunner runner;
  private final Hooks hooks;
  private final BackendInfo info;

  /**
   * What tests can change.
   *
   * @param backoff how long sequences wait when the device is short of memory
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
            runner.shape().vocabSize(),
            List.of(),
            0);
  }

  /**
   * Starts an engine, which owns {@code pass} from now on, and waits until its cache is allocated.
   *
   * @throws BackendException when the engine cannot be started; {@code pass} is closed then
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
    return new SequenceIntake(runner.shape());
  }

  @Override
  public void run() {
    new DecoderLoop(config, inbox, meter, runner, hooks).run();
  }

  @Override
  public void close() {
    runner.close();
  }

  private record SequenceIntake(ModelShape shape) implements Intake<Sequence> {

    @Override
    public int weight(Request request) {
      return 1;
    }

    /** Each request takes long to compute, so none is kept back until others are submitted. */
    @Override
    public int submittedTogether() {
      return 1;
    }

    @Override
    public Optional<Sequence> take(
        Request request, Mailbox owner, boolean isFollowUp, boolean mayContinue) {
      if (request instanceof Generate generate) {
        requireInVocabulary(generate.prompt(), "a prompt");
        return Optional.of(new ReplySequence(generate, owner, isFollowUp, mayContinue));
      }
      if (request instanceof Score score) {
        requireInVocabulary(score.prompt(), "a prompt");
        score.continuations().forEach(ids -> requireInVocabulary(ids, "a continuation"));
        return Optional.of(new ScoringSequence(score, owner, isFollowUp, mayContinue, shape));
      }
      throw new IllegalStateException("A decoder was asked for a vector. This is a bug.");
    }

    /**
     * On a device, an id outside the embedding is a fault that would end every other reply, too.
     */
    private void requireInVocabulary(TokenIds ids, String what) {
      for (int i = 0; i < ids.size(); i++) {
        Integrity.check(
            ids.get(i) >= 0 && ids.get(i) < shape.vocabSize(),
            what + " has an id outside the vocabulary");
      }
    }
  }
}

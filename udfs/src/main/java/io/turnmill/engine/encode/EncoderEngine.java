package io.turnmill.engine.encode;

import io.turnmill.engine.Inbox;
import io.turnmill.engine.Intake;
import io.turnmill.engine.LocalBackend;
import io.turnmill.engine.Meter;
import io.turnmill.engine.ModelIdentity;
import io.turnmill.inference.Backend;
import io.turnmill.inference.BackendException;
import io.turnmill.inference.BackendInfo;
import io.turnmill.inference.Encode;
import io.turnmill.inference.Mailbox;
import io.turnmill.inference.Outcome.Failure;
import io.turnmill.inference.Outcome.FailureCode;
import io.turnmill.inference.Request;
import io.turnmill.token.UnknownToken;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs an encoder: windows of texts are put in order of length and cut into passes. The engine
 * thread owns the scheduler and the forward pass.
 */
public final class EncoderEngine implements LocalBackend.Engine<PendingText> {
  /** Texts are submitted this many at a time: taking a lock for each one would cost much time. */
  private static final int TEXTS_SUBMITTED_TOGETHER = 64;

  private final EncoderEngineConfig config;
  private final Inbox<PendingText> inbox;
  private final Meter meter;
  private final EncoderRunner runner;
  private final Consumer<TextScheduler> afterStep;
  private final BackendInfo info;

  private EncoderEngine(
      EncoderEngineConfig config,
      Inbox<PendingText> inbox,
      Meter meter,
      EncoderRunner runner,
      Consumer<TextScheduler> afterStep,
      BackendInfo info) {
    this.config = config;
    this.inbox = inbox;
    this.meter = meter;
    this.runner = runner;
    this.afterStep = afterStep;
    this.info = info;
  }

  /**
   * The facts of the model that the backend tells.
   *
   * @param maxTokens longest text, special tokens included; a longer one is cut
   * @param labels the labels of a classifier's scores; empty for another model
   */
  public record Facts(ModelIdentity model, int maxTokens, List<String> labels) {
    /** The facts of a model without files, which takes texts of any length. */
    public static final Facts NONE = new Facts(ModelIdentity.NONE, Integer.MAX_VALUE, List.of());
  }

  /**
   * Starts an engine, which owns {@code pass} from now on.
   *
   * @throws BackendException when the engine cannot be started; {@code pass} is closed then
   */
  public static Backend start(EncoderPass pass, EncoderEngineConfig config, Facts facts) {
    return start(pass, config, facts, scheduler -> {});
  }

  /**
   * @param afterStep for tests: called by the engine thread after every step
   */
  static Backend start(
      EncoderPass pass,
      EncoderEngineConfig config,
      Facts facts,
      Consumer<TextScheduler> afterStep) {
    Meter meter = new Meter(System::nanoTime);
    EncoderRunner runner = new EncoderRunner(pass, meter);
    return LocalBackend.<PendingText>start(
        "turnmill-encoder",
        meter,
        inbox -> {
          try {
            return new EncoderEngine(
                config, inbox, meter, runner, afterStep, info(config, facts, runner));
          } catch (RuntimeException | Error e) {
            runner.close();
            throw e;
          }
        });
  }

  private static BackendInfo info(EncoderEngineConfig config, Facts facts, EncoderRunner runner) {
    return new BackendInfo(
        facts.model().fingerprint(),
        facts.model().arithmetic(),
        facts.maxTokens(),
        config.vocabSize(),
        facts.labels(),
        runner.width());
  }

  @Override
  public BackendInfo info() {
    return info;
  }

  @Override
  public Intake<PendingText> intake() {
    return new TextIntake(config.vocabSize(), meter);
  }

  @Override
  public void run() {
    new EncoderLoop(config, inbox, meter, runner, afterStep).run();
  }

  @Override
  public void close() {
    runner.close();
  }

  private record TextIntake(int vocabSize, Meter meter) implements Intake<PendingText> {

    @Override
    public int weight(Request request) {
      return request instanceof Encode encode
          ? EncoderEngineConfig.weight(encode.row().ids().size())
          : 1;
    }

    @Override
    public int submittedTogether() {
      return TEXTS_SUBMITTED_TOGETHER;
    }

    /** A text without a token, or with a token that the model does not know, fails at once. */
    @Override
    public Optional<PendingText> take(
        Request request, Mailbox owner, boolean isFollowUp, boolean mayContinue) {
      if (!(request instanceof Encode encode)) {
        throw new IllegalStateException("An encoder was asked for a reply. This is a bug.");
      }
      Optional<UnknownToken> unknown = UnknownToken.in(encode.row().ids(), vocabSize);
      if (encode.row().ids().isEmpty()) {
        return failed(request, owner, FailureCode.NO_TOKEN, "the text has no token");
      }
      if (unknown.isPresent()) {
        String detail = unknown.get().detail("the text");
        return failed(request, owner, FailureCode.TOKEN_OUT_OF_VOCABULARY, detail);
      }
      return Optional.of(new PendingText(encode, owner));
    }

    private Optional<PendingText> failed(
        Request request, Mailbox owner, FailureCode code, String detail) {
      meter.failedAtOnce();
      owner.deliver(request, new Failure(code, detail));
      return Optional.empty();
    }
  }
}

package io.turnmill.bench;

import io.turnmill.bench.Workload.Turn;
import io.turnmill.engine.ModelIdentity;
import io.turnmill.engine.decode.DecoderEngine;
import io.turnmill.engine.decode.EngineConfig;
import io.turnmill.inference.Backend;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Metric;
import io.turnmill.inference.Metrics;
import io.turnmill.inference.SamplingParams;
import io.turnmill.inference.StopCheck;
import io.turnmill.inference.Work;
import io.turnmill.model.DecoderSpec;
import io.turnmill.model.ModelFolder;
import io.turnmill.model.Weight;
import io.turnmill.testing.Tasks;
import io.turnmill.token.TokenIds;
import io.turnmill.torch.Quantization;
import io.turnmill.torch.TorchForwardPass;
import java.util.List;

/**
 * The rungs of the {@link Ladder}, over one model. Each run loads the model anew, and does not
 * count that.
 */
public record WaysToReply(ModelFolder folder, ComputeOptions compute, EngineOptions limits) {
  private static final int NAIVE_SESSIONS = 4;
  private static final Turn WARM_UP = new Turn(TokenIds.of(new int[100]), 4);

  /** A way to compute replies; each keeps what the one before it does. */
  public enum Rung {
    NAIVE("one at a time"),
    PADDED("padded, in order of length"),
    CONTINUOUS("continuous batching"),
    PREFIX("prefixes reused"),
    AT_ONCE("turns at once"),
    INT8("int8");

    private final String title;

    Rung(String title) {
      this.title = title;
    }
  }

  /**
   * What a rung did.
   *
   * @param tokens of the prompts and replies
   * @param needed of these, those that were computed
   * @param computed the same with padding
   * @param drawn tokens drawn
   * @param forward seconds in the forward pass
   */
  public record Run(
      String title,
      long tokens,
      long needed,
      long computed,
      long drawn,
      double seconds,
      double forward) {
    /** Tokens of the prompts that were computed. */
    public long promptsComputed(int replies) {
      return needed - drawn + replies;
    }

    /** Tokens per second. */
    public double rate() {
      return tokens / seconds;
    }
  }

  /** Operations in the matrices of the linear layers, for the tokens that were needed. */
  double operations(Run run) {
    DecoderSpec spec = (DecoderSpec) folder.spec();
    double blocks =
        folder.weights().stream()
            .filter(weight -> weight.use() == Weight.Use.BLOCK_LINEAR)
            .mapToLong(weight -> folder.stored(weight).elements())
            .sum();
    return 2
        * (blocks * run.needed() + (double) spec.vocabSize() * spec.hiddenSize() * run.drawn());
  }

  Run padded(Workload workload, int size) throws Exception {
    List<Turn> turns = workload.turns();
    TorchForwardPass pass = TorchForwardPass.load(folder, compute.torch(Quantization.NONE));
    try (PaddedBatches batches = new PaddedBatches(pass, size, 2 * workload.longest())) {
      batches.run(List.of(WARM_UP));
      long computed = batches.computedTokens();
      double forward = batches.forwardSeconds();
      long start = System.nanoTime();
      batches.run(turns);
      return new Run(
          Rung.PADDED.title + ", " + size,
          workload.tokens(),
          workload.tokens() - turns.size(), // the last token drawn is not computed
          batches.computedTokens() - computed,
          turns.stream().mapToLong(Turn::replyTokens).sum(),
          (System.nanoTime() - start) / 1e9,
          batches.forwardSeconds() - forward);
    }
  }

  /** One at a time takes the first sessions only: it is a rate. */
  public Run engine(Rung rung, Workload workload) throws Exception {
    boolean naive = rung == Rung.NAIVE;
    Workload part = naive ? workload.first(NAIVE_SESSIONS) : workload;
    boolean prefix = rung == Rung.PREFIX || rung == Rung.AT_ONCE || rung == Rung.INT8;
    Quantization quantization = rung == Rung.INT8 ? Quantization.INT8 : Quantization.NONE;
    TorchForwardPass pass = TorchForwardPass.load(folder, compute.torch(quantization));
    int slots = naive ? 1 : limits.maxNumSeqs();
    EngineConfig config =
        new EngineConfig(slots, limits.maxNumBatchedTokens(), slotTokens(part), 0, prefix);
    try (Backend engine = DecoderEngine.start(pass, config, ModelIdentity.NONE)) {
      run(engine, List.of(List.of(WARM_UP)), false);
      Metrics before = engine.metrics();
      long start = System.nanoTime();
      run(engine, part.sessions(), rung == Rung.AT_ONCE);
      double seconds = (System.nanoTime() - start) / 1e9;
      Metrics after = engine.metrics();
      long drawn = after.get(Metric.GENERATED_TOKENS) - before.get(Metric.GENERATED_TOKENS);
      long needed =
          after.prefilledTokens() - before.prefilledTokens() + drawn - part.turns().size();
      return new Run(
          rung.title + (naive ? ", " + part.sessions().size() + " sessions" : ""),
          part.tokens(),
          needed,
          needed,
          drawn,
          seconds,
          (after.forwardNanos() - before.forwardNanos()) / 1e9);
    }
  }

  /** Room of a slot of the engine. */
  public static int slotTokens(Workload workload) {
    return workload.longest() + 64;
  }

  private void run(Backend engine, List<List<Turn>> sessions, boolean atOnce) throws Exception {
    Tasks.run(
        engine,
        2 * limits.maxNumSeqs(),
        sessions.stream()
            .<Work>map(
                turns ->
                    atOnce
                        ? new TurnsAtOnce(turns, WaysToReply::greedy)
                        : new SessionReplay(turns, WaysToReply::greedy))
            .iterator(),
        done -> {});
  }

  private static Generate greedy(Turn turn) {
    SamplingParams sampling = SamplingParams.greedy(turn.replyTokens());
    return new Generate(turn.prompt(), sampling, 0, () -> StopCheck.NEVER);
  }
}

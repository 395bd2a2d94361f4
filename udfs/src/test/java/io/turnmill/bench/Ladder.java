package io.turnmill.bench;

import io.turnmill.bench.Workload.Turn;
import io.turnmill.engine.Engine;
import io.turnmill.engine.EngineConfig;
import io.turnmill.engine.EngineStats;
import io.turnmill.engine.Feed;
import io.turnmill.engine.Outcome;
import io.turnmill.engine.Request;
import io.turnmill.engine.SamplingParams;
import io.turnmill.engine.StopCheck;
import io.turnmill.engine.Work;
import io.turnmill.model.DecoderSpec;
import io.turnmill.model.ModelFolder;
import io.turnmill.model.Weight;
import io.turnmill.token.TokenIds;
import io.turnmill.torch.MatmulRate;
import io.turnmill.torch.Precision;
import io.turnmill.torch.Quantization;
import io.turnmill.torch.TorchForwardPass;
import io.turnmill.torch.TorchOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * How much each thing that the engine does is worth, on the real conversations of the samples: the
 * same replies one at a time, in padded batches, by continuous batching, with prefixes reused, and
 * with int8. {@code generate_peer.py} runs what {@code --export} writes through other programs.
 *
 * <pre>
 * submit/local.sh bench samples/models/chat-mini
 * submit/local.sh bench qwen2-0.5b --workloads single,turns --sessions 32
 * </pre>
 */
@Command(
    name = "bench",
    description = {
      "Replies to real conversations, one way after the other: tokens per second, of prompts and"
          + " replies; padding; time in the forward pass; operations in matrices as a share of"
          + " the best rate that PyTorch reaches here.",
      "Ratios hold within one run alone; nothing else should run."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class Ladder implements Runnable {
  private static final int NAIVE_SESSIONS = 4;
  private static final String SHAPED = "qwen2-0.5b";

  @Parameters(
      paramLabel = "MODEL",
      description = "A folder, or " + SHAPED + ": random weights of that shape (1 GB, kept).")
  private String model;

  @Option(
      names = "--workloads",
      split = ",",
      paramLabel = "NAME",
      description = "Of single, turns, shared; all if not given.")
  private List<String> workloads = Workload.NAMES;

  @Option(
      names = "--rungs",
      split = ",",
      paramLabel = "NAME",
      description = "Of naive, padded, continuous, prefix, int8; all if not given.")
  private List<Rung> rungs = List.of(Rung.values());

  @Option(
      names = "--sessions",
      paramLabel = "N",
      defaultValue = "64",
      description = "So many sessions, evenly from all (${DEFAULT-VALUE}).")
  private int sessions;

  @Option(
      names = "--batch-sizes",
      split = ",",
      paramLabel = "N",
      description = "Of the padded batches; the best counts (8,16,32).")
  private List<Integer> batchSizes = List.of(8, 16, 32);

  @Option(
      names = "--max-num-seqs",
      paramLabel = "N",
      defaultValue = "64",
      description = "Slots of the engine (${DEFAULT-VALUE}).")
  private int maxNumSeqs;

  @Option(
      names = "--max-num-batched-tokens",
      paramLabel = "N",
      defaultValue = "1024",
      description = "Tokens of a pass of the engine (${DEFAULT-VALUE}).")
  private int maxNumBatchedTokens;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "1",
      description = "Runs of each rung, of which the median counts (${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      defaultValue = "AUTO",
      description = "auto, float32 or bfloat16.")
  private Precision precision;

  @Option(
      names = "--export",
      paramLabel = "FILE",
      description = "Writes the workloads for generate_peer.py instead of running them.")
  private Path export;

  private ModelFolder folder;
  private double bestRate;

  /** A way to compute replies; each keeps what the one before it does. */
  enum Rung {
    NAIVE("one at a time"),
    PADDED("padded, in order of length"),
    CONTINUOUS("continuous batching"),
    PREFIX("prefixes reused"),
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
   */
  private record Run(
      String title,
      long tokens,
      long needed,
      long computed,
      long drawn,
      double seconds,
      double forward) {
    double rate() {
      return tokens / seconds;
    }
  }

  public static void main(String[] args) {
    System.exit(
        new CommandLine(new Ladder())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setCommandName("turnmill bench")
            .execute(args));
  }

  @Override
  public void run() {
    try {
      List<Workload> chosen = workloads.stream().map(name -> Workload.of(name, sessions)).toList();
      if (export != null) {
        Files.write(export, chosen.stream().flatMap(all -> all.lines().stream()).toList());
        return;
      }
      climb(chosen);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void climb(List<Workload> chosen) throws Exception {
    Path path = Path.of(model);
    if (model.equals(SHAPED)) {
      path = Path.of("udfs/target/bench", SHAPED);
      RandomModel.QWEN2_0_5B.write(path);
    }
    folder = ModelFolder.open(path);
    TorchOptions plain = options(Quantization.NONE);
    bestRate = MatmulRate.best(plain);
    System.out.printf(
        Locale.ROOT,
        "%n%s, %s, threads: %d, median of %d; best matrix product %.0f GFLOP/s%n",
        model,
        plain.resolved(),
        plain.threads(),
        rounds,
        bestRate / 1e9);
    for (Workload workload : chosen) {
      System.out.printf(
          Locale.ROOT,
          "%n%s: %d sessions, %d replies, %,d tokens%n%n",
          workload.name(),
          workload.sessions().size(),
          workload.turns().size(),
          workload.tokens());
      System.out.println(
          "| way | tokens/s | × the one before | computed | padding | in the forward pass"
              + " | of the best rate |");
      System.out.println("|---|---|---|---|---|---|---|");
      Run before = null;
      for (Rung rung : rungs) {
        Run run = median(rung, workload);
        print(run, before);
        before = run;
      }
    }
  }

  private void print(Run run, Run before) {
    System.out.printf(
        Locale.ROOT,
        "| %s | %.0f | %s | %.0f %% | %.1f %% | %.1f %% | %.0f %% |%n",
        run.title(),
        run.rate(),
        before == null ? "" : String.format(Locale.ROOT, "%.2f", run.rate() / before.rate()),
        100.0 * run.needed() / run.tokens(),
        100.0 * (run.computed() - run.needed()) / run.computed(),
        100 * run.forward() / run.seconds(),
        100 * operations(run) / run.seconds() / bestRate);
  }

  /** In the matrices of the linear layers, for tokens that were needed. */
  private double operations(Run run) {
    DecoderSpec spec = (DecoderSpec) folder.spec();
    double blocks =
        folder.weights().stream()
            .filter(weight -> weight.use() == Weight.Use.BLOCK_LINEAR)
            .mapToLong(weight -> folder.stored(weight).elements())
            .sum();
    return 2
        * (blocks * run.needed() + (double) spec.vocabSize() * spec.hiddenSize() * run.drawn());
  }

  private Run median(Rung rung, Workload workload) throws Exception {
    List<Run> runs = new ArrayList<>();
    if (rung == Rung.PADDED) {
      for (int size : batchSizes) {
        runs.add(middle(() -> padded(workload, size)));
      }
      runs.sort(Comparator.comparingDouble(Run::seconds));
      return runs.get(0);
    }
    return middle(() -> engine(rung, workload));
  }

  private interface Way {
    Run run() throws Exception;
  }

  private Run middle(Way way) throws Exception {
    List<Run> runs = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      runs.add(way.run());
    }
    runs.sort(Comparator.comparingDouble(Run::seconds));
    return runs.get(rounds / 2);
  }

  private TorchOptions options(Quantization quantization) {
    return TorchOptions.of(
        precision, quantization, Runtime.getRuntime().availableProcessors(), "cpu");
  }

  private Run padded(Workload workload, int size) throws Exception {
    List<Turn> turns = workload.turns();
    TorchForwardPass pass = TorchForwardPass.load(folder, options(Quantization.NONE));
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

  private static final Turn WARM_UP = new Turn(TokenIds.of(new int[100]), 4);

  private Run engine(Rung rung, Workload workload) throws Exception {
    boolean naive = rung == Rung.NAIVE;
    Workload part = naive ? workload.first(NAIVE_SESSIONS) : workload;
    boolean prefix = rung == Rung.PREFIX || rung == Rung.INT8;
    TorchForwardPass pass =
        TorchForwardPass.load(
            folder, options(rung == Rung.INT8 ? Quantization.INT8 : Quantization.NONE));
    int slots = naive ? 1 : maxNumSeqs;
    EngineConfig config =
        new EngineConfig(slots, maxNumBatchedTokens, part.longest() + 64, 0, prefix);
    try (Engine engine = Engine.start(pass, config)) {
      run(engine, List.of(List.of(WARM_UP)));
      EngineStats before = engine.stats();
      long start = System.nanoTime();
      run(engine, part.sessions());
      double seconds = (System.nanoTime() - start) / 1e9;
      EngineStats after = engine.stats();
      long drawn = after.generatedTokens() - before.generatedTokens();
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

  private void run(Engine engine, List<List<Turn>> sessions) throws Exception {
    try (Feed<OneSession> feed = engine.open(2 * maxNumSeqs)) {
      int next = 0;
      while (next < sessions.size() || feed.size() > 0) {
        while (feed.hasRoom() && next < sessions.size()) {
          feed.submit(new OneSession(sessions.get(next++)));
        }
        feed.take();
      }
    }
  }

  /** The turns of a session, one after the other. */
  private static final class OneSession implements Work {
    private final List<Turn> turns;
    private int asked;
    private int answered;

    OneSession(List<Turn> turns) {
      this.turns = turns;
    }

    @Override
    public List<Request> next() {
      if (asked > answered || done()) {
        return List.of();
      }
      Turn turn = turns.get(asked++);
      SamplingParams sampling = new SamplingParams(turn.replyTokens(), 0, 0, 1, 0, 0, Set.of());
      return List.of(new Request(turn.prompt(), sampling, 0, () -> StopCheck.NEVER));
    }

    @Override
    public void accept(Request request, Outcome outcome) {
      if (!(outcome instanceof Outcome.Completion)) {
        throw new IllegalStateException("a reply failed: " + outcome);
      }
      answered++;
    }

    @Override
    public boolean done() {
      return answered == turns.size();
    }
  }
}

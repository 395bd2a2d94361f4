package io.turnmill.bench;

import io.turnmill.bench.WaysToReply.Run;
import io.turnmill.bench.WaysToReply.Rung;
import io.turnmill.model.ModelFolder;
import io.turnmill.torch.DeviceRates;
import io.turnmill.torch.Precision;
import io.turnmill.torch.Quantization;
import io.turnmill.torch.TorchOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
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
      "Ratios hold within one run alone; nothing else should run. Paths are taken from Turnmill's own"
          + " folder."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class Ladder implements Runnable {
  private static final String ENCODE = "encode";
  private static final String ENCODER = "udfs/target/bench/minilm-l6";

  /** So many of the samples' messages are encoded. */
  private static final String MESSAGES = "400";

  @Parameters(
      paramLabel = "MODEL",
      description =
          "A folder, or qwen2-0.5b or qwen2-1.5b: random weights of that shape (1 or 3 GB, kept).")
  private String model;

  @Option(
      names = "--workloads",
      split = ",",
      paramLabel = "NAME",
      description =
          "Of single, turns, shared, and encode: short messages through an encoder of the shape of"
              + " all-MiniLM-L6-v2, whatever MODEL is. All if not given.")
  private List<String> workloads = List.of("single", "turns", "shared", ENCODE);

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
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "cpu",
      description = "cpu or cuda:N (${DEFAULT-VALUE}).")
  private String device;

  @Option(
      names = "--export",
      paramLabel = "FILE",
      description = "Writes the workloads for generate_peer.py instead of running them.")
  private Path export;

  private WaysToReply ways;
  private double bestRate;

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
      List<Workload> chosen =
          workloads.stream()
              .filter(name -> !name.equals(ENCODE))
              .map(name -> Workload.of(name, sessions))
              .toList();
      if (export != null) {
        Files.write(export, chosen.stream().flatMap(all -> all.lines().stream()).toList());
        return;
      }
      if (!chosen.isEmpty()) {
        climb(chosen);
      }
      if (workloads.contains(ENCODE)) {
        EncodeBench.main(new String[] {ENCODER, "embedder", precision.name(), MESSAGES});
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void climb(List<Workload> chosen) throws Exception {
    ModelFolder folder = RandomModel.folder(model);
    ways = new WaysToReply(folder, precision, device, maxNumSeqs, maxNumBatchedTokens);
    TorchOptions plain = ways.options(Quantization.NONE);
    bestRate = DeviceRates.matmul(plain);
    System.out.printf(
        Locale.ROOT,
        "%n%s, %s, %s, threads: %d, median of %d; best matrix product %.0f GFLOP/s%n",
        model,
        device,
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
        100 * ways.operations(run) / run.seconds() / bestRate);
  }

  private Run median(Rung rung, Workload workload) throws Exception {
    List<Run> runs = new ArrayList<>();
    if (rung == Rung.PADDED) {
      for (int size : batchSizes) {
        runs.add(middle(() -> ways.padded(workload, size)));
      }
      runs.sort(Comparator.comparingDouble(Run::seconds));
      return runs.get(0);
    }
    return middle(() -> ways.engine(rung, workload));
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
}

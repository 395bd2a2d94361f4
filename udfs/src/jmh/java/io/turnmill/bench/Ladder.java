package io.turnmill.bench;

import io.turnmill.bench.WaysToReply.Run;
import io.turnmill.bench.WaysToReply.Rung;
import io.turnmill.model.ModelFolder;
import io.turnmill.torch.DeviceRates;
import io.turnmill.torch.Quantization;
import io.turnmill.torch.TorchOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * How much each thing that the engine does is worth, on the conversations of the samples: the same
 * replies one at a time, in padded batches, by continuous batching, with prefixes reused, and with
 * int8. {@code generate_peer.py} runs what {@code --export} writes through other programs.
 *
 * <pre>
 * submit/local.sh bench samples/models/chat-mini
 * submit/local.sh bench qwen2-0.5b --workloads single,turns --sessions 32
 * </pre>
 */
@Command(
    name = "bench",
    description = {
      "Replies to sample conversations, one way after the other: tokens per second, of prompts and"
          + " replies; padding; time in the forward pass; operations in matrices as a share of"
          + " the best rate that PyTorch reaches here.",
      "Ratios hold within one run alone; nothing else should run. Paths are taken from Turnmill's own"
          + " folder."
    },
    footer = {
      "",
      "Other benches, each with a --help of its own:",
      "  bench ask      whether questions about documents find the words that answer them",
      "  bench balance  one long document by one executor and by two",
      "  bench job      what Spark and the job cost besides",
      "  bench kernel   a decode step and a prefill, by precision and kernel",
      "  bench load     how long a large model takes to load",
      "  bench encode   texts to vectors",
      "  bench quality  what precisions and int8 do to the scores of a model",
      "  bench scale    sessions that cost no model: what of them the driver keeps",
      "  bench soak     many sessions, killed and started again: whether anything leaks",
      "  bench start    how long a run of three sessions takes as a process"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class Ladder implements Callable<Integer> {
  /** So many of the samples' messages are encoded. */
  private static final int MESSAGES = 400;

  /** Of which workloads there are tables. */
  private enum Work {
    SINGLE,
    TURNS,
    SHARED,
    ENCODE
  }

  @Mixin private DecoderModel model;

  @Option(
      names = "--workloads",
      split = ",",
      paramLabel = "NAME",
      description =
          "Of single, turns, shared, and encode: short messages through an encoder of the shape of"
              + " all-MiniLM-L6-v2, whatever MODEL is. All if not given.")
  private List<Work> workloads = List.of(Work.values());

  @Option(
      names = "--rungs",
      split = ",",
      paramLabel = "NAME",
      description = "Of naive, padded, continuous, prefix, at_once, int8; all if not given.")
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

  @Mixin private EngineOptions engine;

  @Mixin private ComputeOptions compute;

  @Mixin private final Rounds rounds = new Rounds(1);

  @Option(
      names = "--export",
      paramLabel = "FILE",
      description = "Writes the workloads for generate_peer.py instead of running them.")
  private Path export;

  private WaysToReply ways;
  private double bestRate;

  public static void main(String[] args) {
    Bench.main(new Ladder(), args);
  }

  @Override
  public Integer call() throws Exception {
    List<Workload> chosen =
        workloads.stream()
            .filter(work -> work != Work.ENCODE)
            .map(work -> Workload.of(work.name().toLowerCase(Locale.ROOT), sessions))
            .toList();
    if (export != null) {
      Files.write(export, chosen.stream().flatMap(all -> all.lines().stream()).toList());
      return 0;
    }
    if (!chosen.isEmpty()) {
      climb(chosen);
    }
    if (workloads.contains(Work.ENCODE)) {
      EncodeBench.run(EncodeBench.USUAL, compute, MESSAGES, new Rounds(EncodeBench.ROUNDS));
    }
    return 0;
  }

  private void climb(List<Workload> chosen) throws Exception {
    ModelFolder folder = ModelFolder.open(model.folder(Path.of(""), RandomModel.KEPT));
    ways = new WaysToReply(folder, compute, engine);
    TorchOptions plain = compute.torch(Quantization.NONE);
    bestRate = DeviceRates.matmul(plain);
    System.out.printf(
        Locale.ROOT,
        "%n%s, %s, %s, threads: %d, median of %d; best matrix product %.0f GFLOP/s%n",
        model.name(),
        plain.device(),
        plain.resolved(),
        plain.threads(),
        rounds.count(),
        bestRate / 1e9);
    for (Workload workload : chosen) {
      System.out.printf(
          Locale.ROOT,
          "%n%s: %d sessions, %d replies, %,d tokens%n%n",
          workload.name(),
          workload.sessions().size(),
          workload.turns().size(),
          workload.tokens());
      Table.head(
          "way",
          "tokens/s",
          "× the one before",
          "computed",
          "padding",
          "in the forward pass",
          "of the best rate");
      Run before = null;
      for (Rung rung : rungs) {
        Run run = median(rung, workload);
        print(run, before);
        before = run;
      }
    }
  }

  private void print(Run run, Run before) {
    Table.row(
        run.title(),
        Table.number(run.rate(), 0),
        before == null ? "" : Table.number(run.rate() / before.rate(), 2),
        Table.percent((double) run.needed() / run.tokens(), 0),
        Table.percent((double) (run.computed() - run.needed()) / run.computed(), 1),
        Table.percent(run.forward() / run.seconds(), 1),
        Table.percent(ways.operations(run) / run.seconds() / bestRate, 0));
  }

  private Run median(Rung rung, Workload workload) throws Exception {
    List<Run> runs = new ArrayList<>();
    if (rung == Rung.PADDED) {
      for (int size : batchSizes) {
        runs.add(rounds.median(() -> ways.padded(workload, size), Run::seconds));
      }
      runs.sort(Comparator.comparingDouble(Run::seconds));
      return runs.get(0);
    }
    return rounds.median(() -> ways.engine(rung, workload), Run::seconds);
  }
}

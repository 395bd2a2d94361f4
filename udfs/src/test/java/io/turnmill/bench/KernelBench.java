package io.turnmill.bench;

import io.turnmill.engine.Draw;
import io.turnmill.engine.ForwardPass;
import io.turnmill.engine.TokenBatch;
import io.turnmill.engine.TokenBatch.Row;
import io.turnmill.model.LinearKernel;
import io.turnmill.model.ModelFolder;
import io.turnmill.token.TokenIds;
import io.turnmill.torch.DeviceRates;
import io.turnmill.torch.Precision;
import io.turnmill.torch.TorchForwardPass;
import io.turnmill.torch.TorchOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Tokens per second of a decode step and of a prefill, by precision and kernel. All models are
 * loaded at once and take turns.
 *
 * <pre>
 * submit/local.sh bench kernel qwen2-0.5b
 * submit/local.sh bench kernel qwen2-1.5b --device cuda:0 --rows 256
 * </pre>
 */
@Command(
    name = "bench kernel",
    description = {
      "Tokens a second of a decode step and of a prefill, by precision and kernel; and how much of"
          + " the memory's rate the decode step reaches, which must read all weights and all keys"
          + " and values.",
      "Ratios are to the first variant. On a machine that does other things as well, the fastest"
          + " round says most."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class KernelBench implements Runnable {
  private static final List<String> ON_CPU =
      List.of(
          "BFLOAT16:PLAIN",
          "BFLOAT16:PREPACKED",
          "BFLOAT16:PREPACKED_INT8",
          "BFLOAT16:MATMUL_INT8",
          "FLOAT32:PLAIN",
          "FLOAT32:PREPACKED");
  private static final List<String> ON_GPU =
      List.of("BFLOAT16:MERGED", "BFLOAT16:PLAIN", "BFLOAT16:MATMUL_INT8", "FLOAT32:MERGED");

  private static final int ROUNDS = 5;

  @Parameters(
      paramLabel = "MODEL",
      description =
          "A folder, or qwen2-0.5b or qwen2-1.5b: random weights of that shape (1 or 3 GB, kept).")
  private String model;

  @Option(
      names = "--variants",
      split = ",",
      paramLabel = "PRECISION:KERNEL",
      description = "Those of the device if not given; some 10 GB of memory on the CPU.")
  private List<String> variants;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "cpu",
      description = "cpu or cuda:N (${DEFAULT-VALUE}).")
  private String device;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "64",
      description = "Sequences that are decoded (${DEFAULT-VALUE}).")
  private int rows;

  @Option(
      names = "--context",
      paramLabel = "N",
      defaultValue = "256",
      description = "Tokens behind which each of them stands (${DEFAULT-VALUE}).")
  private int context;

  @Option(
      names = "--prefill",
      paramLabel = "N",
      defaultValue = "512",
      description = "Tokens of the prompt (${DEFAULT-VALUE}).")
  private int prefill;

  /** A loaded model and the seconds that its passes took. */
  private record Variant(
      TorchOptions options,
      TorchForwardPass pass,
      long decodeBytes,
      List<Double> decodes,
      List<Double> prefills) {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new KernelBench()).execute(args));
  }

  @Override
  public void run() {
    try {
      measure();
    } catch (IOException | ForwardPass.OutOfMemory e) {
      throw new IllegalStateException(e);
    }
  }

  private void measure() throws IOException, ForwardPass.OutOfMemory {
    ModelFolder folder = RandomModel.folder(model);
    List<String> names = variants != null ? variants : device.equals("cpu") ? ON_CPU : ON_GPU;
    List<Variant> loaded = new ArrayList<>();
    for (String name : names) {
      int colon = name.indexOf(':');
      loaded.add(
          load(
              folder,
              Precision.valueOf(name.substring(0, colon)),
              LinearKernel.valueOf(name.substring(colon + 1))));
    }
    SplittableRandom random = new SplittableRandom(3);
    List<Row> decode =
        IntStream.range(0, rows)
            .mapToObj(slot -> row(slot, context, TokenIds.of(random.nextInt(1000))))
            .toList();
    List<Row> prompt = List.of(row(0, 0, TokenIds.of(random.ints(prefill, 0, 1000).toArray())));
    try (BufferAllocator allocator = new RootAllocator()) {
      for (int round = 0; round <= ROUNDS; round++) {
        for (Variant variant : loaded) {
          double prefills = seconds(variant.pass(), prompt, allocator);
          seconds(
              variant.pass(), decode, allocator); // one more of its kind, to come into its stride
          double decodes = seconds(variant.pass(), decode, allocator);
          if (round > 0) { // the first warms up
            variant.prefills().add(prefills);
            variant.decodes().add(decodes);
          }
        }
      }
    }
    print(loaded);
    loaded.forEach(variant -> variant.pass().close());
  }

  private Variant load(ModelFolder folder, Precision precision, LinearKernel kernel) {
    TorchOptions options =
        new TorchOptions(precision, kernel, Runtime.getRuntime().availableProcessors(), device);
    TorchForwardPass pass = TorchForwardPass.load(folder, options);
    pass.allocate(rows, Math.max(prefill, context + 1));
    long bytes =
        options.weightBytes(folder) + (long) rows * context * pass.shape().cacheBytesPerToken();
    return new Variant(options, pass, bytes, new ArrayList<>(), new ArrayList<>());
  }

  private static Row row(int slot, int start, TokenIds ids) {
    return new Row(slot, start, ids, Optional.of(Draw.GREEDY));
  }

  private static double seconds(TorchForwardPass pass, List<Row> rows, BufferAllocator allocator)
      throws ForwardPass.OutOfMemory {
    try (TokenBatch batch = TokenBatch.pack(rows, allocator)) {
      long start = System.nanoTime();
      pass.forward(batch);
      return (System.nanoTime() - start) / 1e9;
    }
  }

  private void print(List<Variant> loaded) {
    double rate = DeviceRates.memory(loaded.get(0).options());
    System.out.printf(
        Locale.ROOT,
        "%n%s, %s, %d rounds, threads: %d; decode: %d rows behind %d tokens each; prefill: one"
            + " prompt of %d tokens; a copy moves %.0f GB/s%n%n",
        model,
        device,
        ROUNDS,
        loaded.get(0).options().threads(),
        rows,
        context,
        prefill,
        rate / 1e9);
    System.out.println(
        "| computed in | decode, tokens/s: median | fastest | × first: median | fastest"
            + " | of the memory's rate"
            + " | prefill, tokens/s: median | fastest | × first: median | fastest |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|");
    Variant base = loaded.get(0);
    for (Variant variant : loaded) {
      System.out.printf(
          Locale.ROOT,
          "| %s, %s | %s | %.0f %% | %s |%n",
          variant.options().precision().name().toLowerCase(Locale.ROOT),
          variant.options().kernel(),
          cells(rows, variant.decodes(), base.decodes()),
          100 * variant.decodeBytes() / median(variant.decodes()) / rate,
          cells(prefill, variant.prefills(), base.prefills()));
    }
  }

  private static String cells(int tokens, List<Double> seconds, List<Double> base) {
    return String.format(
        Locale.ROOT,
        "%.0f | %.0f | %.2f | %.2f",
        tokens / median(seconds),
        tokens / Collections.min(seconds),
        median(base) / median(seconds),
        Collections.min(base) / Collections.min(seconds));
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }
}

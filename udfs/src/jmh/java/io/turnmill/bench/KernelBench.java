package io.turnmill.bench;

import io.turnmill.engine.Draw;
import io.turnmill.engine.OutOfMemory;
import io.turnmill.engine.TokenBatch;
import io.turnmill.engine.TokenBatch.Row;
import io.turnmill.model.ModelFolder;
import io.turnmill.token.TokenIds;
import io.turnmill.torch.DeviceRates;
import io.turnmill.torch.Precision;
import io.turnmill.torch.Quantization;
import io.turnmill.torch.TorchForwardPass;
import io.turnmill.torch.TorchOptions;
import io.turnmill.torch.source.LinearKernel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

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
public final class KernelBench implements Callable<Integer> {
  private static final List<How> ON_CPU =
      List.of(
          new How(Precision.BFLOAT16, LinearKernel.PLAIN),
          new How(Precision.BFLOAT16, LinearKernel.PREPACKED),
          new How(
              Precision.BFLOAT16,
              TorchOptions.of(Precision.BFLOAT16, Quantization.INT8, 1, "cpu").kernel()),
          new How(Precision.BFLOAT16, LinearKernel.MATMUL_INT8),
          new How(Precision.FLOAT32, LinearKernel.PLAIN),
          new How(Precision.FLOAT32, LinearKernel.PREPACKED));
  private static final List<How> ON_GPU =
      List.of(
          new How(Precision.BFLOAT16, LinearKernel.MERGED),
          new How(Precision.BFLOAT16, LinearKernel.PLAIN),
          new How(Precision.BFLOAT16, LinearKernel.MATMUL_INT8),
          new How(Precision.FLOAT32, LinearKernel.MERGED));

  @Mixin private DecoderModel model;

  @Option(
      names = "--variants",
      split = ",",
      paramLabel = "PRECISION:KERNEL",
      converter = How.Converter.class,
      description = "Those of the device if not given; some 10 GB of memory on the CPU.")
  private List<How> variants;

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

  @Mixin private final Rounds rounds = new Rounds(5);

  /** A way to multiply by weights. */
  private record How(Precision precision, LinearKernel kernel) {

    /** From {@code PRECISION:KERNEL}. */
    static final class Converter implements ITypeConverter<How> {
      @Override
      public How convert(String text) {
        String[] parts = text.toUpperCase(Locale.ROOT).split(":", 2);
        try {
          return new How(Precision.valueOf(parts[0]), LinearKernel.valueOf(parts[1]));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
          throw new TypeConversionException(
              "'%s' is not one of %s, a colon, and one of %s"
                  .formatted(
                      text,
                      Arrays.toString(Precision.values()),
                      Arrays.toString(LinearKernel.values())));
        }
      }
    }
  }

  /** A loaded model and the seconds that its passes took. */
  private record Variant(
      TorchOptions options,
      TorchForwardPass pass,
      long decodeBytes,
      List<Double> decodes,
      List<Double> prefills) {}

  public static void main(String[] args) {
    Bench.main(new KernelBench(), args);
  }

  @Override
  public Integer call() throws IOException, OutOfMemory {
    ModelFolder folder = ModelFolder.open(model.folder(Path.of(""), RandomModel.KEPT));
    List<How> chosen = variants != null ? variants : usual();
    List<Variant> loaded = new ArrayList<>();
    for (How how : chosen) {
      loaded.add(load(folder, how));
    }
    SplittableRandom random = new SplittableRandom(3);
    List<Row> decode =
        IntStream.range(0, rows)
            .mapToObj(slot -> row(slot, context, TokenIds.of(random.nextInt(1000))))
            .toList();
    List<Row> prompt = List.of(row(0, 0, TokenIds.of(random.ints(prefill, 0, 1000).toArray())));
    try (BufferAllocator allocator = new RootAllocator()) {
      for (int round = 0; round <= rounds.count(); round++) {
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
    return 0;
  }

  /** What the device computes, and computes rightly. */
  private List<How> usual() {
    return (device.equals("cpu") ? ON_CPU : ON_GPU)
        .stream()
            .filter(how -> TorchOptions.fault(how.precision(), how.kernel(), device).isEmpty())
            .toList();
  }

  private Variant load(ModelFolder folder, How how) throws OutOfMemory {
    int threads = Runtime.getRuntime().availableProcessors();
    TorchOptions options = new TorchOptions(how.precision(), how.kernel(), threads, device);
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
      throws OutOfMemory {
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
        model.name(),
        device,
        rounds.count(),
        loaded.get(0).options().threads(),
        rows,
        context,
        prefill,
        rate / 1e9);
    Table.head(
        "computed in",
        "decode, tokens/s: median",
        "fastest",
        "× first: median",
        "fastest",
        "of the memory's rate",
        "prefill, tokens/s: median",
        "fastest",
        "× first: median",
        "fastest");
    Variant base = loaded.get(0);
    for (Variant variant : loaded) {
      List<String> cells = new ArrayList<>();
      cells.add(
          variant.options().precision().name().toLowerCase(Locale.ROOT)
              + ", "
              + variant.options().kernel());
      cells.addAll(cells(rows, variant.decodes(), base.decodes()));
      double median = Rounds.median(variant.decodes());
      cells.add(Table.percent(variant.decodeBytes() / median / rate, 0));
      cells.addAll(cells(prefill, variant.prefills(), base.prefills()));
      Table.row(cells.toArray(String[]::new));
    }
  }

  private static List<String> cells(int tokens, List<Double> seconds, List<Double> base) {
    double median = Rounds.median(seconds);
    double fastest = Collections.min(seconds);
    return List.of(
        Table.number(tokens / median, 0),
        Table.number(tokens / fastest, 0),
        Table.number(Rounds.median(base) / median, 2),
        Table.number(Collections.min(base) / fastest, 2));
  }
}

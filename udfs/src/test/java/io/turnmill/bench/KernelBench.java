package io.turnmill.bench;

import io.turnmill.engine.Draw;
import io.turnmill.engine.ForwardPass;
import io.turnmill.engine.TokenBatch;
import io.turnmill.engine.TokenBatch.Row;
import io.turnmill.model.LinearKernel;
import io.turnmill.model.ModelFolder;
import io.turnmill.token.TokenIds;
import io.turnmill.torch.Precision;
import io.turnmill.torch.TorchForwardPass;
import io.turnmill.torch.TorchOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * Tokens per second of a decode step and of a prefill, by precision and kernel, on a model of the
 * shape of Qwen2 0.5B. All models are loaded at once and take turns.
 *
 * <pre>
 * ./mvnw -q -pl udfs test-compile dependency:build-classpath -Dmdep.outputFile=target/bench.classpath
 * java -Xmx512m @submit/jvm.options -cp udfs/target/test-classes:udfs/target/classes:$(cat udfs/target/bench.classpath) \
 *     io.turnmill.bench.KernelBench /var/tmp/qwen2-0.5b-shaped [PRECISION:KERNEL …]
 * </pre>
 *
 * Ratios are to the first one. The folder is made when it is not there, and left. Some 10 GB of
 * memory. On a machine that does other things as well, one thread ({@code
 * -XX:ActiveProcessorCount=1}) and the fastest round say most.
 */
public final class KernelBench {
  private static final List<String> ALL =
      List.of(
          "BFLOAT16:PLAIN",
          "BFLOAT16:PREPACKED",
          "BFLOAT16:PREPACKED_INT8",
          "BFLOAT16:MATMUL_INT8",
          "FLOAT32:PLAIN",
          "FLOAT32:PREPACKED");

  private static final int ROUNDS = 5;
  private static final int DECODES = 64;
  private static final int CONTEXT = 256;
  private static final int PREFILL = 512;

  private KernelBench() {}

  /** A loaded model and the seconds that its passes took. */
  private record Variant(
      TorchOptions options, TorchForwardPass pass, List<Double> decodes, List<Double> prefills) {}

  public static void main(String[] args) throws Exception {
    Path path = Path.of(args[0]);
    RandomModel.QWEN2_0_5B.write(path);
    ModelFolder folder = ModelFolder.open(path);
    List<Variant> variants = new ArrayList<>();
    for (String name : args.length > 1 ? List.of(args).subList(1, args.length) : ALL) {
      int colon = name.indexOf(':');
      variants.add(
          load(
              folder,
              Precision.valueOf(name.substring(0, colon)),
              LinearKernel.valueOf(name.substring(colon + 1))));
    }
    SplittableRandom random = new SplittableRandom(3);
    List<Row> decode =
        IntStream.range(0, DECODES)
            .mapToObj(slot -> row(slot, CONTEXT, TokenIds.of(random.nextInt(1000))))
            .toList();
    List<Row> prefill = List.of(row(0, 0, TokenIds.of(random.ints(PREFILL, 0, 1000).toArray())));
    try (BufferAllocator allocator = new RootAllocator()) {
      for (int round = 0; round <= ROUNDS; round++) {
        for (Variant variant : variants) {
          double prefills = seconds(variant.pass(), prefill, allocator);
          double decodes = seconds(variant.pass(), decode, allocator);
          if (round > 0) { // the first warms up
            variant.prefills().add(prefills);
            variant.decodes().add(decodes);
          }
        }
      }
    }
    print(variants);
    variants.forEach(variant -> variant.pass().close());
  }

  private static Variant load(ModelFolder folder, Precision precision, LinearKernel kernel) {
    TorchOptions options =
        new TorchOptions(precision, kernel, Runtime.getRuntime().availableProcessors(), "cpu");
    TorchForwardPass pass = TorchForwardPass.load(folder, options);
    pass.allocate(DECODES, PREFILL);
    return new Variant(options, pass, new ArrayList<>(), new ArrayList<>());
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

  private static void print(List<Variant> variants) {
    System.out.printf(
        "%n%d rounds, threads: %d; decode: %d rows behind %d tokens each; prefill: one prompt of %d"
            + " tokens%n%n",
        ROUNDS, variants.get(0).options().threads(), DECODES, CONTEXT, PREFILL);
    System.out.println(
        "| computed in | decode, tokens/s: median | fastest | × first: median | fastest"
            + " | prefill, tokens/s: median | fastest | × first: median | fastest |");
    System.out.println("|---|---|---|---|---|---|---|---|---|");
    Variant base = variants.get(0);
    for (Variant variant : variants) {
      System.out.printf(
          "| %s, %s | %s | %s |%n",
          variant.options().precision().name().toLowerCase(Locale.ROOT),
          variant.options().kernel(),
          cells(DECODES, variant.decodes(), base.decodes()),
          cells(PREFILL, variant.prefills(), base.prefills()));
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

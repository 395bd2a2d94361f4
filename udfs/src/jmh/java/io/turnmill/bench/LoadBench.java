package io.turnmill.bench;

import io.turnmill.bench.LoadOnce.Load;
import io.turnmill.model.ModelFolder;
import io.turnmill.torch.Precision;
import io.turnmill.torch.Quantization;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * How long a model takes to load, and how much memory, each time in a JVM of its own, beside {@code
 * cat} of the same file: with the file in the page cache (warm) and without (cold, where {@code
 * /proc/sys/vm/drop_caches} may be written). A load is done when the first token is there, so that
 * every weight was touched.
 *
 * <pre>
 * submit/local.sh bench load qwen2-1.5b
 * </pre>
 */
@Command(
    name = "bench load",
    description =
        "How long a model of one file takes to load, and how much memory, beside cat of the same"
            + " file: with the file in the page cache and, for root, without.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class LoadBench implements Callable<Integer> {
  private static final Path DROP = Path.of("/proc/sys/vm/drop_caches");

  @Mixin private DecoderModel model;

  @Mixin private final Rounds rounds = new Rounds(3);

  private Path folder;
  private Path file;

  public static void main(String[] args) {
    Bench.main(new LoadBench(), args);
  }

  @Override
  public Integer call() throws Exception {
    folder = model.folder(Path.of(""), RandomModel.KEPT);
    ModelFolder.open(folder);
    file = folder.resolve("model.safetensors");
    System.out.printf(
        Locale.ROOT,
        "%n%s, weights %.2f GB, %d cores, median of %d%n%n",
        model.name(),
        Files.size(file) / 1e9,
        Runtime.getRuntime().availableProcessors(),
        rounds.count());
    Table.head(
        "file",
        "computed in",
        "cat of the file",
        "PyTorch started",
        "weights bound",
        "first token after",
        "first token × cat",
        "peak resident",
        "× weights");
    measure("warm", Quantization.NONE, Precision.BFLOAT16);
    if (Files.isWritable(DROP)) {
      measure("cold", Quantization.NONE, Precision.BFLOAT16);
    }
    measure("warm", Quantization.INT8, Precision.BFLOAT16);
    measure("warm", Quantization.NONE, Precision.FLOAT32);
    return 0;
  }

  private void measure(String how, Quantization quantization, Precision precision)
      throws Exception {
    List<Double> cat = new ArrayList<>();
    List<Load> loads = new ArrayList<>();
    for (int round = 0; round < rounds.count(); round++) {
      prepare(how);
      cat.add(cat());
      prepare(how);
      loads.add(LoadOnce.inOwnProcess(folder, quantization, precision));
    }
    double reading = Rounds.median(cat);
    double bind = median(loads, Load::bind);
    double first = median(loads, Load::first);
    double peak = median(loads, Load::peak);
    String computed = precision.name().toLowerCase(Locale.ROOT);
    Table.row(
        how,
        quantization == Quantization.NONE ? computed : computed + ", int8",
        Table.number(reading, 2) + " s",
        Table.number(median(loads, Load::start), 2) + " s",
        Table.number(bind, 2) + " s",
        Table.number(first, 2) + " s more",
        Table.number((bind + first) / reading, 2),
        Table.number(peak / 1e9, 2) + " GB",
        Table.number(peak / Files.size(file), 2));
  }

  private static double median(List<Load> loads, ToDoubleFunction<Load> figure) {
    return Rounds.median(loads.stream().map(figure::applyAsDouble).toList());
  }

  private void prepare(String how) throws Exception {
    if (how.equals("cold")) {
      new ProcessBuilder("sync").start().waitFor();
      Files.writeString(DROP, "3\n");
    } else {
      cat();
    }
  }

  private double cat() throws Exception {
    long start = System.nanoTime();
    new ProcessBuilder("cat", file.toString())
        .redirectOutput(ProcessBuilder.Redirect.to(new File("/dev/null")))
        .start()
        .waitFor();
    return (System.nanoTime() - start) / 1e9;
  }
}

package io.turnmill.bench;

import io.turnmill.engine.Draw;
import io.turnmill.engine.TokenBatch;
import io.turnmill.engine.TokenBatch.Row;
import io.turnmill.model.ModelFolder;
import io.turnmill.token.TokenIds;
import io.turnmill.torch.Precision;
import io.turnmill.torch.Quantization;
import io.turnmill.torch.TorchForwardPass;
import io.turnmill.torch.TorchOptions;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * How long a model of 3 GB takes to load, and how much memory, each time in a JVM of its own,
 * beside {@code cat} of the same file: with the file in the page cache (warm) and without (cold,
 * where {@code /proc/sys/vm/drop_caches} may be written). A load is done when the first token is
 * there, so that every weight was touched.
 *
 * <pre>
 * ./mvnw -q -pl udfs test-compile dependency:build-classpath -Dmdep.outputFile=target/bench.classpath
 * java @submit/jvm.options -cp udfs/target/test-classes:udfs/target/classes:$(cat udfs/target/bench.classpath) \
 *     io.turnmill.bench.LoadBench /var/tmp/qwen2-1.5b-shaped
 * </pre>
 *
 * The folder is made when it is not there, and left.
 */
public final class LoadBench {
  private static final int ROUNDS = 3;
  private static final Path DROP = Path.of("/proc/sys/vm/drop_caches");

  private LoadBench() {}

  public static void main(String[] args) throws Exception {
    if (args.length == 3) {
      child(Path.of(args[0]), Quantization.valueOf(args[1]), Precision.valueOf(args[2]));
      return;
    }
    Path folder = Path.of(args[0]);
    RandomModel.QWEN2_1_5B.write(folder);
    Path file = folder.resolve("model.safetensors");
    System.out.printf(
        Locale.ROOT,
        "weights %.2f GB in bfloat16, %d cores%n",
        Files.size(file) / 1e9,
        Runtime.getRuntime().availableProcessors());
    measure(folder, file, "warm", Quantization.NONE, Precision.BFLOAT16);
    if (Files.isWritable(DROP)) {
      measure(folder, file, "cold", Quantization.NONE, Precision.BFLOAT16);
    }
    measure(folder, file, "warm", Quantization.INT8, Precision.BFLOAT16);
    measure(folder, file, "warm", Quantization.NONE, Precision.FLOAT32);
  }

  private static void measure(
      Path folder, Path file, String how, Quantization quantization, Precision precision)
      throws Exception {
    List<Double> cat = new ArrayList<>();
    List<double[]> loads = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      prepare(how, file);
      cat.add(cat(file));
      prepare(how, file);
      loads.add(load(folder, quantization, precision));
    }
    double reading = median(cat.stream().mapToDouble(x -> x).toArray());
    double start = median(loads.stream().mapToDouble(x -> x[0]).toArray());
    double bind = median(loads.stream().mapToDouble(x -> x[1]).toArray());
    double first = median(loads.stream().mapToDouble(x -> x[2]).toArray());
    double peak = median(loads.stream().mapToDouble(x -> x[3]).toArray());
    System.out.printf(
        Locale.ROOT,
        "%s, %s, %s: cat %.2f s; PyTorch started in %.2f s; bound in %.2f s, first token after"
            + " %.2f s more: load %.2f x cat; peak resident %.2f GB = %.2f x weights%n",
        how,
        precision.name().toLowerCase(Locale.ROOT),
        quantization.name().toLowerCase(Locale.ROOT),
        reading,
        start,
        bind,
        first,
        (bind + first) / reading,
        peak / 1e9,
        peak / Files.size(file));
  }

  private static void prepare(String how, Path file) throws Exception {
    if (how.equals("cold")) {
      new ProcessBuilder("sync").start().waitFor();
      Files.writeString(DROP, "3\n");
    } else {
      cat(file);
    }
  }

  private static double cat(Path file) throws Exception {
    long start = System.nanoTime();
    new ProcessBuilder("cat", file.toString())
        .redirectOutput(ProcessBuilder.Redirect.to(new File("/dev/null")))
        .start()
        .waitFor();
    return (System.nanoTime() - start) / 1e9;
  }

  /** Seconds to start PyTorch, to bind the weights, to the first token; peak resident bytes. */
  private static double[] load(Path folder, Quantization quantization, Precision precision)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    command.add("--add-opens=java.base/java.nio=ALL-UNNAMED");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(LoadBench.class.getName());
    command.addAll(List.of(folder.toString(), quantization.name(), precision.name()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("the load failed: " + out);
    }
    String line = out.lines().filter(text -> text.startsWith("=")).findFirst().orElseThrow();
    return Arrays.stream(line.substring(1).split(" ")).mapToDouble(Double::parseDouble).toArray();
  }

  private static void child(Path path, Quantization quantization, Precision precision)
      throws Exception {
    long t0 = System.nanoTime();
    ai.djl.engine.Engine.getEngine("PyTorch");
    ModelFolder folder = ModelFolder.open(path);
    long t1 = System.nanoTime();
    int threads = Runtime.getRuntime().availableProcessors();
    TorchOptions options = TorchOptions.of(precision, quantization, threads, "cpu");
    try (TorchForwardPass pass = TorchForwardPass.load(folder, options);
        BufferAllocator allocator = new RootAllocator()) {
      long t2 = System.nanoTime();
      pass.allocate(1, 64);
      Row row = new Row(0, 0, TokenIds.of(5, 6, 7, 8), Optional.of(Draw.GREEDY));
      try (TokenBatch batch = TokenBatch.pack(List.of(row), allocator)) {
        pass.forward(batch);
      }
      long t3 = System.nanoTime();
      System.out.println(
          List.of((t1 - t0) / 1e9, (t2 - t1) / 1e9, (t3 - t2) / 1e9, (double) peakResident())
              .stream()
              .map(String::valueOf)
              .collect(Collectors.joining(" ", "=", "")));
    }
  }

  /** {@code VmHWM} of this process, in bytes; see proc_pid_status(5). */
  private static long peakResident() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElse(0);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}

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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** Loads a model in a JVM of its own, for {@link LoadBench}. */
final class LoadOnce {
  private static final String RESULT = "=";

  private LoadOnce() {}

  /**
   * What a load took.
   *
   * @param start seconds until PyTorch was there
   * @param bind seconds until the weights were bound
   * @param first seconds from then to the first token
   * @param peak most bytes resident
   */
  record Load(double start, double bind, double first, double peak) {}

  /** Starts the JVM and waits for what it says. */
  static Load inOwnProcess(Path folder, Quantization quantization, Precision precision)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    command.add("--add-opens=java.base/java.nio=ALL-UNNAMED");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(LoadOnce.class.getName());
    command.addAll(List.of(folder.toString(), quantization.name(), precision.name()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("the load failed: " + out);
    }
    String line = out.lines().filter(text -> text.startsWith(RESULT)).findFirst().orElseThrow();
    String[] figures = line.substring(RESULT.length()).split(" ", -1);
    return new Load(
        Double.parseDouble(figures[0]),
        Double.parseDouble(figures[1]),
        Double.parseDouble(figures[2]),
        Double.parseDouble(figures[3]));
  }

  public static void main(String[] args) throws Exception {
    long t0 = System.nanoTime();
    ai.djl.engine.Engine.getEngine("PyTorch");
    ModelFolder folder = ModelFolder.open(Path.of(args[0]));
    long t1 = System.nanoTime();
    int threads = Runtime.getRuntime().availableProcessors();
    TorchOptions options =
        TorchOptions.of(Precision.valueOf(args[2]), Quantization.valueOf(args[1]), threads, "cpu");
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
          RESULT
              + String.join(
                  " ",
                  String.valueOf((t1 - t0) / 1e9),
                  String.valueOf((t2 - t1) / 1e9),
                  String.valueOf((t3 - t2) / 1e9),
                  String.valueOf(NativeMemory.peakResidentBytes())));
    }
  }
}

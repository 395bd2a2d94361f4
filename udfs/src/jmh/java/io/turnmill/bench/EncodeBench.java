package io.turnmill.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.bench.WaysToEncode.Run;
import io.turnmill.engine.encode.EncoderPass;
import io.turnmill.model.ModelFolder;
import io.turnmill.token.TextTokenizer;
import io.turnmill.token.hf.HuggingFaceTextTokenizer;
import io.turnmill.torch.Quantization;
import io.turnmill.torch.TorchEncoder;
import io.turnmill.torch.TorchOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * How fast an encoder goes through the messages of {@code samples/sessions}, from text to vector,
 * one way after the other: each text alone; batches of texts in order of length, padded to the
 * longest, of the best of some sizes; the engine. {@code encode_peer.py} does the second with
 * transformers, over the same folder and texts.
 *
 * <pre>
 * submit/local.sh bench encode --dtype bfloat16 --texts 400
 * submit/local.sh bench encode minilm-l6-classifier --dtype bfloat16 --texts 300
 * </pre>
 */
@Command(
    name = "bench encode",
    description =
        "Messages of the samples to vectors, one way after the other: texts and tokens per second,"
            + " padding, time in the forward pass.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class EncodeBench implements Callable<Integer> {
  /** The shape of all-MiniLM-L6-v2. */
  static final String USUAL = "minilm-l6";

  static final int ROUNDS = 3;

  private static final int[] BATCH_SIZES = {16, 32, 64};
  private static final int[] BATCHED_TOKENS = {1024, 2048, 4096};

  @Parameters(
      paramLabel = "MODEL",
      arity = "0..1",
      defaultValue = USUAL,
      description =
          "A folder, or minilm-l6 or minilm-l6-classifier: random weights of the shape of"
              + " all-MiniLM-L6-v2 (90 MB, kept). ${DEFAULT-VALUE} if not given.")
  private String model;

  @Option(
      names = "--texts",
      paramLabel = "N",
      description = "So many of the messages, evenly from all; all if not given.")
  private int count = Integer.MAX_VALUE;

  @Mixin private ComputeOptions compute;

  @Mixin private final Rounds rounds = new Rounds(ROUNDS);

  public static void main(String[] args) {
    Bench.main(new EncodeBench(), args);
  }

  @Override
  public Integer call() throws Exception {
    run(model, compute, count, rounds);
    return 0;
  }

  /** Prints the table of a model. */
  static void run(String model, ComputeOptions compute, int count, Rounds rounds) throws Exception {
    ModelFolder folder =
        ModelFolder.open(RandomEncoder.folder(model, Path.of(""), RandomModel.KEPT));
    TorchOptions options = compute.torch(Quantization.NONE);
    List<String> texts = texts(count);
    System.out.printf(
        "%n%s, %s, %s, threads: %d, %d texts, %d of them different, median of %d%n%n",
        model,
        options.precision(),
        options.kernel(),
        options.threads(),
        texts.size(),
        texts.stream().distinct().count(),
        rounds.count());
    Table.head("way", "texts/s", "tokens/s", "padding", "in the forward pass");
    WaysToEncode ways = new WaysToEncode(texts, folder, options);
    try (TextTokenizer tokenizer = HuggingFaceTextTokenizer.load(folder.tokenizerFile(), 512);
        EncoderPass pass = TorchEncoder.load(folder, options)) {
      print("one at a time", texts, rounds, () -> ways.batches(tokenizer, pass, 1));
      for (int size : BATCH_SIZES) {
        String name = "in order of length, padded, " + size;
        print(name, texts, rounds, () -> ways.batches(tokenizer, pass, size));
      }
    }
    for (int tokens : BATCHED_TOKENS) {
      print("engine, " + tokens + " tokens", texts, rounds, () -> ways.engine(tokens));
    }
  }

  private static List<String> texts(int count) throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<String> texts = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("samples/sessions/messages.jsonl"))) {
      texts.add(json.readTree(line).path("content").asText());
    }
    int step = Math.max(1, texts.size() / count);
    return IntStream.range(0, Math.min(count, texts.size()))
        .mapToObj(i -> texts.get(i * step))
        .toList();
  }

  private static void print(String name, List<String> texts, Rounds rounds, Callable<Run> way)
      throws Exception {
    Rounds.apart(way); // warms up
    Run run = rounds.median(way, Run::seconds);
    Table.row(
        name,
        Table.number(texts.size() / run.seconds(), 0),
        Table.number(run.tokens() / run.seconds(), 0),
        Table.percent((double) (run.padded() - run.tokens()) / run.padded(), 1),
        Table.percent(run.forward() / run.seconds(), 1));
  }
}

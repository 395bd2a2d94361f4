package io.turnmill.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.engine.EncoderPass;
import io.turnmill.engine.EncoderStats;
import io.turnmill.engine.TextRow;
import io.turnmill.engine.TokenBatch;
import io.turnmill.model.ModelFolder;
import io.turnmill.runtime.EncodedTexts;
import io.turnmill.runtime.TextEncoder;
import io.turnmill.runtime.TextEncoder.Text;
import io.turnmill.token.Encoded;
import io.turnmill.token.TextTokenizer;
import io.turnmill.token.TokenIds;
import io.turnmill.token.hf.HuggingFaceTextTokenizer;
import io.turnmill.torch.Precision;
import io.turnmill.torch.Quantization;
import io.turnmill.torch.TorchEncoder;
import io.turnmill.torch.TorchOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * How fast an encoder of the shape of all-MiniLM-L6-v2 goes through the messages of {@code
 * samples/sessions}, from text to vector, one way after the other: each text alone; batches of
 * texts in order of length, padded to the longest, of the best of some sizes; the engine. {@code
 * encode_peer.py} does the second with transformers, over the same folder and texts.
 *
 * <pre>
 * ./mvnw -q -pl udfs test-compile dependency:build-classpath -Dmdep.outputFile=target/bench.classpath
 * java -Xmx512m @submit/jvm.options -cp udfs/target/test-classes:udfs/target/classes:$(cat udfs/target/bench.classpath) \
 *     io.turnmill.bench.EncodeBench /var/tmp/minilm-shaped embedder bfloat16
 * </pre>
 *
 * The first argument is a folder, which is made when it is not there, and left; the second {@code
 * embedder} or {@code classifier}; the third the precision; a fourth takes that many texts, evenly
 * from all.
 */
public final class EncodeBench {
  private static final int ROUNDS = 3;
  private static final int WARM_UP = 20;
  private static final int[] BATCH_SIZES = {16, 32, 64};
  private static final int[] BATCHED_TOKENS = {1024, 2048, 4096};

  private final List<String> texts;
  private final ModelFolder folder;
  private final TorchOptions options;

  private EncodeBench(List<String> texts, ModelFolder folder, TorchOptions options) {
    this.texts = texts;
    this.folder = folder;
    this.options = options;
  }

  /**
   * A run through all texts.
   *
   * @param padded tokens with padding
   * @param forward seconds in the forward pass
   */
  private record Run(double seconds, long tokens, long padded, double forward) {}

  /** One way to do it. */
  private interface Way {
    Run run() throws Exception;
  }

  public static void main(String[] args) throws Exception {
    Path path = Path.of(args[0]);
    RandomEncoder model =
        args[1].equals("classifier") ? RandomEncoder.MINILM_L6_CLASSIFIER : RandomEncoder.MINILM_L6;
    model.write(path, Path.of("samples/models/chat-mini/tokenizer.json"));
    Precision precision = Precision.valueOf(args[2].toUpperCase(Locale.ROOT));
    int threads = Runtime.getRuntime().availableProcessors();
    TorchOptions options = TorchOptions.of(precision, Quantization.NONE, threads, "cpu");
    int count = args.length > 3 ? Integer.parseInt(args[3]) : Integer.MAX_VALUE;
    new EncodeBench(texts(count), ModelFolder.open(path), options).run(args[1]);
  }

  private static List<String> texts(int count) throws Exception {
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

  private void run(String kind) throws Exception {
    System.out.printf(
        "%n%s, %s, %s, threads: %d, %d texts, %d of them different, median of %d%n%n",
        kind,
        options.precision(),
        options.kernel(),
        options.threads(),
        texts.size(),
        texts.stream().distinct().count(),
        ROUNDS);
    System.out.println("| way | texts/s | tokens/s | padding | in the forward pass |");
    System.out.println("|---|---|---|---|---|");
    try (TextTokenizer tokenizer = HuggingFaceTextTokenizer.load(folder.tokenizerFile(), 512);
        EncoderPass pass = TorchEncoder.load(folder, options)) {
      print("one at a time", () -> batches(tokenizer, pass, 1));
      for (int size : BATCH_SIZES) {
        print("in order of length, padded, " + size, () -> batches(tokenizer, pass, size));
      }
    }
    for (int tokens : BATCHED_TOKENS) {
      print("engine, " + tokens + " tokens", () -> engine(tokens));
    }
  }

  private void print(String name, Way way) throws Exception {
    way.run(); // warms up
    List<Run> runs = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      runs.add(way.run());
    }
    runs.sort(Comparator.comparingDouble(Run::seconds));
    Run run = runs.get(ROUNDS / 2);
    System.out.printf(
        Locale.ROOT,
        "| %s | %.0f | %.0f | %.1f %% | %.1f %% |%n",
        name,
        texts.size() / run.seconds(),
        run.tokens() / run.seconds(),
        100.0 * (run.padded() - run.tokens()) / run.padded(),
        100 * run.forward() / run.seconds());
  }

  private Run batches(TextTokenizer tokenizer, EncoderPass pass, int size) throws Exception {
    long start = System.nanoTime();
    long forward = 0;
    long tokens = 0;
    long padded = 0;
    List<Encoded> all = new ArrayList<>();
    texts.forEach(text -> all.add(tokenizer.encode(text, Optional.empty())));
    all.sort(Comparator.comparingInt(encoded -> encoded.ids().size()));
    try (BufferAllocator allocator = new RootAllocator()) {
      for (int from = 0; from < all.size(); from += size) {
        List<Encoded> batch = all.subList(from, Math.min(all.size(), from + size));
        int longest = batch.get(batch.size() - 1).ids().size();
        List<TextRow> rows = batch.stream().map(encoded -> padded(encoded, longest)).toList();
        try (TokenBatch packed = TokenBatch.packTexts(rows, allocator)) {
          long before = System.nanoTime();
          pass.forward(packed);
          forward += System.nanoTime() - before;
        }
        tokens += batch.stream().mapToInt(encoded -> encoded.ids().size()).sum();
        padded += (long) longest * batch.size();
      }
    }
    return new Run((System.nanoTime() - start) / 1e9, tokens, padded, forward / 1e9);
  }

  /** Computing padding takes as long as computing tokens. */
  private static TextRow padded(Encoded encoded, int longest) {
    return new TextRow(
        TokenIds.of(Arrays.copyOf(encoded.ids().toArray(), longest)),
        TokenIds.of(Arrays.copyOf(encoded.types().toArray(), longest)),
        0);
  }

  /**
   * Each run has an engine of its own, which does not know the texts; a repeated text counts, but
   * not its tokens.
   */
  private Run engine(int maxBatchedTokens) {
    try (TextEncoder encoder = TextEncoder.load(folder, options, maxBatchedTokens)) {
      encode(encoder, texts.stream().limit(WARM_UP).map(text -> text + " " + text).toList());
      return measured(encoder);
    }
  }

  private static void encode(TextEncoder encoder, List<String> texts) {
    try (EncodedTexts<String> results =
        encoder.encode(
            texts.iterator(), text -> new Text(text, Optional.empty()), Optional.empty())) {
      results.forEachRemaining(result -> {});
    }
  }

  private Run measured(TextEncoder encoder) {
    EncoderStats before = encoder.stats();
    long start = System.nanoTime();
    encode(encoder, texts);
    double seconds = (System.nanoTime() - start) / 1e9;
    EncoderStats after = encoder.stats();
    return new Run(
        seconds,
        after.tokens() - before.tokens(),
        after.paddedTokens() - before.paddedTokens(),
        (after.forwardNanos() - before.forwardNanos()) / 1e9);
  }
}

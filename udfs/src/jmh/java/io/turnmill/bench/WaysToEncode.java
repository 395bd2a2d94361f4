package io.turnmill.bench;

import io.turnmill.engine.TokenBatch;
import io.turnmill.engine.encode.EncoderPass;
import io.turnmill.inference.Metric;
import io.turnmill.inference.Metrics;
import io.turnmill.inference.TextRow;
import io.turnmill.model.ModelFolder;
import io.turnmill.runtime.EncodedTexts;
import io.turnmill.runtime.TextEncoder;
import io.turnmill.runtime.TextEncoder.Text;
import io.turnmill.token.Encoded;
import io.turnmill.token.TextTokenizer;
import io.turnmill.token.TokenIds;
import io.turnmill.torch.TorchOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** The ways to go through texts that {@link EncodeBench} compares, from text to vector. */
public record WaysToEncode(List<String> texts, ModelFolder folder, TorchOptions options) {
  private static final int WARM_UP = 20;

  /**
   * A run through all texts.
   *
   * @param padded tokens with padding
   * @param forward seconds in the forward pass
   */
  public record Run(double seconds, long tokens, long padded, double forward) {}

  /** In order of length, padded to the longest of each batch. */
  Run batches(TextTokenizer tokenizer, EncoderPass pass, int size) throws Exception {
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
  public Run engine(int maxBatchedTokens) {
    try (TextEncoder encoder = TextEncoder.load(folder, options, maxBatchedTokens)) {
      encode(
          encoder,
          texts.stream().limit(WARM_UP).map(text -> "Before: " + text + " " + text).toList());
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
    Metrics before = encoder.backend().metrics();
    long start = System.nanoTime();
    encode(encoder, texts);
    double seconds = (System.nanoTime() - start) / 1e9;
    Metrics after = encoder.backend().metrics();
    return new Run(
        seconds,
        after.get(Metric.PROMPT_TOKENS) - before.get(Metric.PROMPT_TOKENS),
        after.get(Metric.PADDED_TOKENS) - before.get(Metric.PADDED_TOKENS),
        (after.forwardNanos() - before.forwardNanos()) / 1e9);
  }
}

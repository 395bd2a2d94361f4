package io.turnmill.runtime;

import io.turnmill.engine.EncoderPass;
import io.turnmill.engine.ForwardPass.OutOfMemory;
import io.turnmill.engine.TextBatch;
import io.turnmill.model.DecoderSpec;
import io.turnmill.model.EncoderHead;
import io.turnmill.model.EncoderSpec;
import io.turnmill.model.ModelException;
import io.turnmill.model.ModelFolder;
import io.turnmill.model.ModelSpec;
import io.turnmill.model.ScriptedSpec;
import io.turnmill.token.TextTokenizer;
import io.turnmill.token.TokenizerException;
import io.turnmill.token.hf.HuggingFaceTextTokenizer;
import io.turnmill.torch.TorchEncoder;
import io.turnmill.torch.TorchOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** A loaded encoder with its tokenizer: texts in, a vector for each out. Used by one thread. */
public final class TextEncoder implements AutoCloseable {
  private final EncoderHead head;
  private final EncoderTexts texts;
  private final TextTokenizer tokenizer;
  private final EncoderPass pass;
  private final BufferAllocator allocator = new RootAllocator();
  private final int maxBatchedTokens;
  private final boolean padded;

  private TextEncoder(
      EncoderHead head,
      TextTokenizer tokenizer,
      EncoderPass pass,
      int maxBatchedTokens,
      boolean padded) {
    this.head = head;
    this.texts = new EncoderTexts(head, tokenizer);
    this.tokenizer = tokenizer;
    this.pass = pass;
    this.maxBatchedTokens = maxBatchedTokens;
    this.padded = padded;
  }

  /** One text, or a pair of texts for models that compare two. */
  public record Text(String text, Optional<String> pair) {

    /** Numbers only: text never reaches a log. */
    @Override
    public String toString() {
      return "Text[characters=" + text.length() + "]";
    }
  }

  /** Opens a folder, perhaps with an adapter, and loads it. See the other {@code load}. */
  public static TextEncoder load(RuntimeOptions.Model model, int maxBatchedTokens) {
    ModelFolder folder = ModelFolder.open(Path.of(model.folder()), model.adapterPath());
    return load(folder, model.torch(0), maxBatchedTokens);
  }

  /**
   * Loads an encoder.
   *
   * @param maxBatchedTokens most tokens in one pass; a longer text goes alone
   * @throws ModelException when the model is none, or cannot be loaded
   */
  public static TextEncoder load(ModelFolder folder, TorchOptions options, int maxBatchedTokens) {
    EncoderHead head = head(folder);
    TextTokenizer tokenizer;
    try {
      tokenizer = HuggingFaceTextTokenizer.load(folder.tokenizerFile(), head.texts().maxTokens());
    } catch (TokenizerException e) {
      throw new ModelException(e.getMessage());
    }
    try {
      folder.checkTokenizer(tokenizer.vocabSize());
      EncoderPass pass = TorchEncoder.load(folder, options);
      return new TextEncoder(head, tokenizer, pass, maxBatchedTokens, pads(folder.spec()));
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  /**
   * Whether rows are padded to the longest of a batch: the cache of a causal model has as many
   * positions for each of them, and a TorchScript file takes a rectangle.
   */
  private static boolean pads(ModelSpec spec) {
    return spec instanceof ScriptedSpec
        || (spec instanceof EncoderSpec encoder && encoder.blocks() instanceof EncoderSpec.Causal);
  }

  private static EncoderHead head(ModelFolder folder) {
    ModelSpec spec = folder.spec();
    if (spec instanceof EncoderSpec encoder) {
      return encoder.head();
    }
    if (spec instanceof ScriptedSpec scripted) {
      return scripted.head();
    }
    throw new ModelException(
        "%s: a model of type %s writes text; it is no encoder."
            .formatted(folder.path(), ((DecoderSpec) spec).architecture()));
  }

  /** What the vectors are. */
  public EncoderHead head() {
    return head;
  }

  /**
   * Encodes texts, in batches of similar length.
   *
   * @param promptName which of the model's prompts; empty for its default one
   * @return for each text its embedding or its scores, in the order of the texts
   * @throws IllegalArgumentException if there is no prompt of that name, or if a text has no token
   * @throws OutOfMemory when a text does not fit even alone
   */
  public List<float[]> encode(List<Text> list, Optional<String> promptName) throws OutOfMemory {
    List<TextBatch.Row> rows =
        list.stream().map(text -> texts.row(text.text(), text.pair(), promptName)).toList();
    List<Integer> order =
        IntStream.range(0, rows.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> rows.get(i).ids().size()))
            .toList();
    int[] lengths = order.stream().mapToInt(i -> rows.get(i).ids().size()).toArray();
    float[][] vectors = new float[rows.size()][];
    for (int from = 0; from < order.size(); ) {
      int to = end(lengths, from, maxBatchedTokens, padded);
      run(order.subList(from, to), rows, vectors);
      from = to;
    }
    return List.of(vectors);
  }

  /**
   * Where the batch that begins at row {@code from} ends: at least one row, and no more than {@code
   * maxTokens} tokens.
   *
   * @param lengths ascending
   * @param padded whether every row takes as much room as the longest
   */
  static int end(int[] lengths, int from, int maxTokens, boolean padded) {
    long tokens = 0;
    int to = from;
    while (to < lengths.length) {
      tokens = padded ? (to - from + 1L) * lengths[to] : tokens + lengths[to];
      if (to > from && tokens > maxTokens) {
        break;
      }
      to++;
    }
    return to;
  }

  /** Runs some rows; on a lack of memory each half by itself. */
  private void run(List<Integer> part, List<TextBatch.Row> rows, float[][] vectors)
      throws OutOfMemory {
    List<TextBatch.Row> batch = new ArrayList<>();
    part.forEach(i -> batch.add(rows.get(i)));
    try (TextBatch packed = TextBatch.pack(batch, allocator)) {
      float[][] results = pass.forward(packed);
      for (int i = 0; i < part.size(); i++) {
        vectors[part.get(i)] = results[i];
      }
    } catch (OutOfMemory e) {
      if (part.size() == 1) {
        throw e;
      }
      int half = part.size() / 2;
      run(part.subList(0, half), rows, vectors);
      run(part.subList(half, part.size()), rows, vectors);
    }
  }

  @Override
  public void close() {
    try (allocator) {
      pass.close();
    } finally {
      tokenizer.close();
    }
  }
}

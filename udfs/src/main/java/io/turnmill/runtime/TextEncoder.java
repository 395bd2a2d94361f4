package io.turnmill.runtime;

import io.turnmill.engine.encode.EncoderEngineConfig;
import io.turnmill.inference.Backend;
import io.turnmill.inference.BackendException;
import io.turnmill.inference.OrderedFeed;
import io.turnmill.model.EncoderHead;
import io.turnmill.model.ModelException;
import io.turnmill.model.ModelFolder;
import io.turnmill.torch.TorchOptions;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A loaded encoder with its tokenizer: texts in, a vector for each out. Safe for all threads: one
 * engine computes the texts of all of them together.
 */
public final class TextEncoder implements AutoCloseable {
  private final EncoderFrontEnd front;
  private final EncoderTexts texts;
  private final Backend backend;
  private final int window;
  private final List<String> warnings;

  private TextEncoder(EncoderFrontEnd front, Backend backend, int window, List<String> warnings) {
    this.front = front;
    this.texts = new EncoderTexts(front.head(), front.tokenizer(), front.maxModelLen());
    this.backend = backend;
    this.window = window;
    this.warnings = List.copyOf(warnings);
  }

  /** One text, or a pair of texts for models that compare two. */
  public record Text(String text, Optional<String> pair) {

    /** Numbers only: text never reaches a log. */
    @Override
    public String toString() {
      return "Text[characters=" + text.length() + "]";
    }
  }

  /** Opens a folder, perhaps with an adapter, and loads the model; see the other {@code load}. */
  public static TextEncoder load(RuntimeOptions.Model model, int maxBatchedTokens) {
    ModelFolder folder = ModelFolder.open(Path.of(model.folder()), model.adapterPath());
    return load(folder, model.torch(0), maxBatchedTokens);
  }

  /**
   * Loads an encoder.
   *
   * @param maxBatchedTokens most tokens in one pass; a longer text goes alone
   * @throws ModelException when the model is not an encoder, or cannot be loaded
   */
  public static TextEncoder load(ModelFolder folder, TorchOptions options, int maxBatchedTokens) {
    EncoderFrontEnd front = EncoderFrontEnd.open(folder, RuntimeOptions.NOTHING);
    try {
      List<String> warnings = front.warnings();
      EncoderEngineConfig config = front.config(maxBatchedTokens);
      return new TextEncoder(front, front.start(options, config), config.feedWindow(), warnings);
    } catch (RuntimeException e) {
      front.close();
      throw e;
    }
  }

  /** How the vectors are made, and what their numbers mean. */
  public EncoderHead head() {
    return front.head();
  }

  /** Remarks about the model that do not keep it from being used, one sentence each. */
  public List<String> warnings() {
    return warnings;
  }

  /**
   * Encodes texts that come one after the other, for one thread. The texts of all threads share the
   * passes of the model, those of similar length together.
   *
   * @param items the items, which are read ahead by up to two windows of the engine
   * @param text gives the text of an item
   * @param promptName which of the model's prompts; empty for its default one
   * @throws IllegalArgumentException if there is no prompt of that name
   * @throws BackendException when the engine has failed or is closed
   */
  public <K> EncodedTexts<K> encode(
      Iterator<K> items, Function<K, Text> text, Optional<String> promptName) {
    texts.check(promptName);
    return new EncodedTexts<>(
        items,
        item -> {
          Text one = text.apply(item);
          return texts.request(one.text(), one.pair(), promptName);
        },
        new OrderedFeed<>(backend.open(window), window / EncoderEngineConfig.LEAST_WEIGHT));
  }

  /** The engine that computes the texts of all threads. */
  public Backend backend() {
    return backend;
  }

  /** Closes the engine; open {@link EncodedTexts} get a {@link BackendException}. */
  @Override
  public void close() {
    try {
      backend.close();
    } finally {
      front.close();
    }
  }
}

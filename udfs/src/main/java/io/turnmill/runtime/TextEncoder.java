package io.turnmill.runtime;

import io.turnmill.engine.ModelIdentity;
import io.turnmill.engine.encode.EncoderEngine;
import io.turnmill.engine.encode.EncoderEngine.Facts;
import io.turnmill.engine.encode.EncoderEngineConfig;
import io.turnmill.engine.encode.EncoderPass;
import io.turnmill.inference.Backend;
import io.turnmill.inference.BackendException;
import io.turnmill.inference.OrderedFeed;
import io.turnmill.model.DecoderSpec;
import io.turnmill.model.EncoderHead;
import io.turnmill.model.EncoderHead.Classification;
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
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A loaded encoder with its tokenizer: texts in, a vector for each out. Safe for all threads: one
 * engine computes the texts of all of them together.
 */
public final class TextEncoder implements AutoCloseable {
  private final EncoderHead head;
  private final EncoderTexts texts;
  private final TextTokenizer tokenizer;
  private final Backend backend;
  private final int window;
  private final List<String> warnings;

  private TextEncoder(
      EncoderHead head,
      TextTokenizer tokenizer,
      Backend backend,
      int window,
      List<String> warnings) {
    this.head = head;
    this.texts = new EncoderTexts(head, tokenizer);
    this.tokenizer = tokenizer;
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
    EncoderHead head = head(folder);
    TextTokenizer tokenizer;
    try {
      tokenizer = HuggingFaceTextTokenizer.load(folder.tokenizerFile(), head.texts().maxTokens());
    } catch (TokenizerException e) {
      throw new ModelException(e.getMessage());
    }
    try {
      List<String> warnings = new ArrayList<>(folder.warnings());
      TokenizerFit.check(folder, tokenizer.modelVocabSize(), tokenizer.addedTokens())
          .ifPresent(warnings::add);
      ModelSpec spec = folder.spec();
      EncoderEngineConfig config =
          new EncoderEngineConfig(maxBatchedTokens, pads(spec), spec.vocabSize());
      EncoderPass pass = TorchEncoder.load(folder, options);
      Facts facts =
          new Facts(
              new ModelIdentity(folder.fingerprint(), options.arithmetic()),
              head.texts().maxTokens(),
              head instanceof Classification scores ? scores.labels() : List.of());
      return new TextEncoder(
          head, tokenizer, EncoderEngine.start(pass, config, facts), config.feedWindow(), warnings);
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  /**
   * Whether rows are padded to the longest row of a batch. They are for a causal model, because its
   * cache has equally many positions for each row, and for a TorchScript file, because it takes a
   * rectangle.
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
        "%s: a model of type %s writes text; it is not an encoder."
            .formatted(folder.path(), ((DecoderSpec) spec).architecture()));
  }

  /** How the vectors are made, and what their numbers mean. */
  public EncoderHead head() {
    return head;
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
      tokenizer.close();
    }
  }
}

package io.turnmill.runtime;

import io.turnmill.engine.ModelIdentity;
import io.turnmill.engine.encode.EncoderEngine;
import io.turnmill.engine.encode.EncoderEngine.Facts;
import io.turnmill.engine.encode.EncoderEngineConfig;
import io.turnmill.inference.Backend;
import io.turnmill.model.EncoderHead;
import io.turnmill.model.EncoderHead.Classification;
import io.turnmill.model.EncoderHead.Embedding;
import io.turnmill.model.EncoderSpec;
import io.turnmill.model.ModelException;
import io.turnmill.model.ModelFolder;
import io.turnmill.model.ModelSpec;
import io.turnmill.model.ScriptedSpec;
import io.turnmill.model.SettingException;
import io.turnmill.session.Session;
import io.turnmill.task.ChunkedItem;
import io.turnmill.task.EmbedQuestions;
import io.turnmill.task.EncoderLabels;
import io.turnmill.task.Task;
import io.turnmill.task.TaskOptions.Classify;
import io.turnmill.task.TaskOptions.Embed;
import io.turnmill.task.TextPieces;
import io.turnmill.task.merge.ClassifyMerge;
import io.turnmill.task.merge.EmbedMerge;
import io.turnmill.token.Encoded;
import io.turnmill.token.TextTokenizer;
import io.turnmill.token.TokenizerException;
import io.turnmill.token.hf.HuggingFaceTextTokenizer;
import io.turnmill.torch.TorchEncoder;
import io.turnmill.torch.TorchOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The front end of an encoder: its tokenizer and its texts. */
public final class EncoderFrontEnd implements ModelFrontEnd {
  /** The name that sentence-transformers gives to the prompt of queries. */
  private static final String QUERY_PROMPT = "query";

  private final ModelFolder folder;
  private final EncoderHead head;
  private final TextTokenizer tokenizer;
  private final RuntimeOptions options;

  private EncoderFrontEnd(
      ModelFolder folder, EncoderHead head, TextTokenizer tokenizer, RuntimeOptions options) {
    this.folder = folder;
    this.head = head;
    this.tokenizer = tokenizer;
    this.options = options;
  }

  /**
   * @throws ModelException when the model is not an encoder, or its tokenizer does not fit it
   */
  static EncoderFrontEnd open(ModelFolder folder, RuntimeOptions options) {
    EncoderHead head = head(folder);
    TextTokenizer tokenizer;
    try {
      tokenizer =
          HuggingFaceTextTokenizer.load(folder.tokenizerFile(), maxTokens(head, options.budgets()));
    } catch (TokenizerException e) {
      throw new ModelException(e.getMessage());
    }
    try {
      TokenizerFit.check(folder, tokenizer.modelVocabSize(), tokenizer.addedTokens());
      return new EncoderFrontEnd(folder, head, tokenizer, options);
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
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
            .formatted(folder.path(), spec.architecture()));
  }

  private static int maxTokens(EncoderHead head, RuntimeOptions.Budgets budgets) {
    int ofModel = head.texts().maxTokens();
    return budgets.maxModelLen() == 0 ? ofModel : Math.min(ofModel, budgets.maxModelLen());
  }

  /** How vectors are made, and what their numbers mean. */
  EncoderHead head() {
    return head;
  }

  TextTokenizer tokenizer() {
    return tokenizer;
  }

  /**
   * The budgets of an engine for this model.
   *
   * @param maxBatchedTokens most tokens in one pass; a longer text goes alone
   */
  EncoderEngineConfig config(int maxBatchedTokens) {
    return new EncoderEngineConfig(maxBatchedTokens, pads(), folder.spec().vocabSize());
  }

  /**
   * Loads the model and starts its engine.
   *
   * @throws ModelException when the model cannot be loaded
   */
  Backend start(TorchOptions torch, EncoderEngineConfig config) {
    Facts facts =
        new Facts(
            new ModelIdentity(folder.fingerprint(), torch.arithmetic()), maxModelLen(), labels());
    return EncoderEngine.start(TorchEncoder.load(folder, torch), config, facts);
  }

  @Override
  public List<String> labels() {
    return head instanceof Classification scores ? scores.labels() : List.of();
  }

  /**
   * Whether rows are padded to the longest row of a batch. They are for a causal model, because its
   * cache has equally many positions for each row, and for a TorchScript file, because it takes a
   * rectangle.
   */
  private boolean pads() {
    ModelSpec spec = folder.spec();
    return spec instanceof ScriptedSpec
        || (spec instanceof EncoderSpec encoder && encoder.blocks() instanceof EncoderSpec.Causal);
  }

  @Override
  public Task<Session, ?> task() {
    EncoderTexts texts = new EncoderTexts(head, tokenizer, maxModelLen());
    if (options.task() instanceof Embed embed && head instanceof Embedding embedding) {
      return EmbedQuestions.task(embed, embedding.normalize(), texts.pieces(promptName()));
    }
    if (options.task() instanceof Classify classify && head instanceof Classification scores) {
      boolean areShares = scores.scores() == EncoderHead.Scores.SOFTMAX;
      return EncoderLabels.task(classify, labels(), areShares, texts.pieces(Optional.empty()));
    }
    throw unfit();
  }

  @Override
  public Optional<Task<? extends ChunkedItem<?>, ?>> merge() {
    if (options.task() instanceof Embed embed && head instanceof Embedding embedding) {
      return Optional.of(EmbedMerge.task(embed, embedding.normalize()));
    }
    return options.task() instanceof Classify classify
        ? Optional.of(ClassifyMerge.task(classify))
        : Optional.empty();
  }

  /** Whether it is a model that writes text, and nobody says how its states become a vector. */
  boolean isWriter() {
    return folder.spec() instanceof EncoderSpec encoder
        && encoder.blocks() instanceof EncoderSpec.Causal
        && !folder.isForVectors()
        && options.task() instanceof Embed embed
        && embed.pooling().isEmpty();
  }

  private ModelException unfit() {
    String what =
        head instanceof Embedding
            ? "makes vectors of texts: it can be asked for task.kind = embed"
            : "gives scores to texts: it can be asked for task.kind = classify";
    return new ModelException(
        "%s: a model of type %s %s, not for %s."
            .formatted(
                folder.path(),
                folder.spec().architecture(),
                what,
                options.task().kind().wireName()));
  }

  @Override
  public void check() {
    Task<Session, ?> unused = task();
    if (options.task() instanceof Embed embed && head instanceof Embedding embedding) {
      try {
        new EncoderTexts(head, tokenizer, maxModelLen()).check(promptName());
      } catch (IllegalArgumentException e) {
        throw new SettingException("embed.prompt: " + e.getMessage());
      }
      if (embed.dimensions() > embedding.width()) {
        throw new SettingException(
            String.format(
                Locale.ROOT,
                "embed.dimensions: the model's vectors have %d numbers, not %d.",
                embedding.width(),
                embed.dimensions()));
      }
    }
    if (options.task() instanceof Classify classify) {
      checkLabels(classify);
    }
  }

  /** An encoder has labels of its own; the settings may name the same ones, in any order. */
  private void checkLabels(Classify classify) {
    if (!classify.labels().isEmpty()
        && !new HashSet<>(classify.labels()).equals(new HashSet<>(labels()))) {
      throw new SettingException(
          "classify.labels: %s is not a model that writes text, and has labels of its own: %s. They are not the labels that are asked for: %s."
              .formatted(
                  folder.path(),
                  String.join(", ", labels()),
                  String.join(", ", classify.labels())));
    }
  }

  @Override
  public ModelFolder folder() {
    return folder;
  }

  /**
   * Makes requests for the vectors of queries.
   *
   * @param promptName the name of the prompt in front of a query; empty for {@code query} where the
   *     model has a prompt of that name
   * @throws ModelException if the model makes no vectors
   * @throws IllegalArgumentException if the model has no prompt of that name
   */
  TextPieces queries(String promptName) {
    if (!(head instanceof Embedding embedding)) {
      throw new ModelException(
          "%s: it gives scores to texts, and no vectors, by which chunks could be found."
              .formatted(folder.path()));
    }
    Optional<String> chosen =
        Optional.of(promptName.isEmpty() ? QUERY_PROMPT : promptName)
            .filter(name -> !promptName.isEmpty() || embedding.texts().prompts().containsKey(name));
    EncoderTexts texts = new EncoderTexts(head, tokenizer, maxModelLen());
    texts.check(chosen);
    return texts.pieces(chosen);
  }

  /**
   * Makes requests for the scores of pairs of texts.
   *
   * @throws ModelException if the model does not give one score
   */
  TextPieces pairs() {
    if (!(head instanceof Classification scores) || scores.labels().size() != 1) {
      throw new ModelException(
          "%s: it is not a reranker, which gives one score to a pair of texts."
              .formatted(folder.path()));
    }
    return new EncoderTexts(head, tokenizer, maxModelLen()).pieces(Optional.empty());
  }

  @Override
  public int maxModelLen() {
    return maxTokens(head, options.budgets());
  }

  @Override
  public Map<String, Object> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("max_model_len", maxModelLen());
    if (head instanceof Classification) {
      facts.put("labels", String.join(", ", labels()));
    } else {
      facts.put("vector_size", head.width());
    }
    return facts;
  }

  @Override
  public int countTokens(String text) {
    return tokens(text) - tokens("");
  }

  /** With the special tokens. */
  private int tokens(String text) {
    Encoded whole = tokenizer.encodeWhole(text, Optional.empty());
    return whole.ids().size() + whole.cutTokens();
  }

  @Override
  public int roomForText() {
    return new EncoderTexts(head, tokenizer, maxModelLen()).room(promptName());
  }

  private Optional<String> promptName() {
    return options.task() instanceof Embed embed
        ? Optional.of(embed.prompt()).filter(prompt -> !prompt.isEmpty())
        : Optional.empty();
  }

  @Override
  public TokenRates rates(List<String> sample) {
    return TokenRates.measure(
        text -> tokenizer.encodeWhole(text, Optional.empty()).ids().size(), sample);
  }

  @Override
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>(folder.warnings());
    TokenizerFit.check(folder, tokenizer.modelVocabSize(), tokenizer.addedTokens())
        .ifPresent(warnings::add);
    return warnings;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}

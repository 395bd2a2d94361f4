package io.turnmill.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is made of the states of an encoder's tokens: one vector of numbers for each text. */
public sealed interface EncoderHead {

  /** Numbers in a vector. */
  int width();

  /** How texts are prepared. */
  Texts texts();

  /** How the states of a text's tokens become one, as sentence-transformers names it. */
  enum Pooling {
    CLS("pooling_mode_cls_token", "cls", "cls"),
    MAX("pooling_mode_max_tokens", "max", "max"),
    MEAN("pooling_mode_mean_tokens", "mean", "mean"),
    /** The sum, divided by the square root of the number of tokens. */
    MEAN_SQRT_LEN("pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens", "mean_sqrt_len"),
    /** The mean, the i-th token with weight i. */
    WEIGHTED_MEAN("pooling_mode_weightedmean_tokens", "weightedmean", "weightedmean"),
    LAST_TOKEN("pooling_mode_lasttoken", "lasttoken", "lasttoken");

    private final String key;
    private final String mode;
    private final String djlName;

    Pooling(String key, String mode, String djlName) {
      this.key = key;
      this.mode = mode;
      this.djlName = djlName;
    }

    /** In {@code 1_Pooling/config.json}. */
    String key() {
      return key;
    }

    /** There, too, as the value of {@code pooling_mode}, which stands in place of all keys. */
    String mode() {
      return mode;
    }

    /** In {@code serving.properties} of DJL. */
    String djlName() {
      return djlName;
    }
  }

  /** What scores become in the end. */
  enum Scores {
    IDENTITY,
    SIGMOID,
    SOFTMAX
  }

  /**
   * Sequence classification, regression and reranking: pool, {@code dense}, activation, perhaps a
   * normalisation, one score for each label.
   *
   * @param denseBias whether the layer before the scores adds a bias
   * @param norm whether a normalisation follows its activation
   * @param labels of the scores, in their order; one for a regression or a reranker
   */
  record Classification(
      Pooling pooling,
      boolean denseBias,
      Activation activation,
      boolean norm,
      List<String> labels,
      Scores scores,
      Texts texts)
      implements EncoderHead {
    public Classification {
      labels = List.copyOf(labels);
    }

    @Override
    public int width() {
      return labels.size();
    }
  }

  /**
   * Sentence embedding as sentence-transformers stores it.
   *
   * @param poolings their vectors lie end to end
   * @param includePrompt whether the tokens of a prompt count in the pooling
   * @param dense layers after it
   * @param normalize whether the vector is divided by its length
   */
  record Embedding(
      List<Pooling> poolings,
      boolean includePrompt,
      List<Dense> dense,
      boolean normalize,
      int width,
      Texts texts)
      implements EncoderHead {
    public Embedding {
      poolings = List.copyOf(poolings);
      dense = List.copyOf(dense);
    }
  }

  /**
   * A linear layer after the pooling, in a folder of its own.
   *
   * @param folder such as {@code 2_Dense}
   */
  record Dense(String folder, int in, int out, boolean bias, Activation activation) {}

  /**
   * How texts are prepared.
   *
   * @param maxTokens longest text in tokens, special ones included; longer ones are cut
   * @param lowerCase whether texts are put into lower case first
   * @param prompts texts put in front, by name
   * @param defaultPrompt the name of the one that is used unless another is chosen
   */
  record Texts(
      int maxTokens,
      boolean lowerCase,
      Map<String, String> prompts,
      Optional<String> defaultPrompt) {
    public Texts {
      prompts = Map.copyOf(prompts);
    }
  }
}

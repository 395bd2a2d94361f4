package io.turnmill.model;

import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A decoder: everything in its configuration that changes a result.
 *
 * @param architecture {@code qwen2}, {@code qwen3}, {@code llama} or {@code mistral}
 * @param maxPositions longest sequence in tokens, {@code rope_scaling} included
 * @param hiddenSize width of the residual stream
 * @param layers number of decoder layers
 * @param rmsNormEps added to the mean square in every normalisation
 * @param tiedEmbeddings whether the output layer is the embedding matrix
 */
public record DecoderSpec(
    String architecture,
    int vocabSize,
    int maxPositions,
    int hiddenSize,
    int layers,
    Attention attention,
    Mlp mlp,
    double rmsNormEps,
    Rope rope,
    boolean tiedEmbeddings,
    TokenRoles tokens)
    implements ModelSpec {

  /** In {@link Attention#windows}: the layer sees the whole sequence. */
  public static final int NO_WINDOW = 0;

  /**
   * Self-attention with grouped queries.
   *
   * @param heads query heads
   * @param kvHeads key and value heads; divides {@code heads}
   * @param headDim width of a head; even
   * @param inputBias whether the projections to queries, keys and values add a bias
   * @param outputBias whether the projection back does
   * @param headNorm whether each query and key head is normalised before it is rotated
   * @param windows for each layer how many positions a token sees, itself included, or {@link
   *     #NO_WINDOW}; at most one size besides that
   */
  public record Attention(
      int heads,
      int kvHeads,
      int headDim,
      boolean inputBias,
      boolean outputBias,
      boolean headNorm,
      List<Integer> windows) {
    public Attention {
      windows = List.copyOf(windows);
    }

    /** Query heads that share one key and value head. */
    public int groupSize() {
      return heads / kvHeads;
    }

    /** The size of the sliding window of some layers; {@link #NO_WINDOW} when none has one. */
    public int window() {
      return windows.stream().mapToInt(Integer::intValue).max().orElse(NO_WINDOW);
    }
  }

  /**
   * The gated feed-forward part.
   *
   * @param width of its inside
   * @param bias whether all three of its layers add one
   */
  public record Mlp(int width, Activation activation, boolean bias) {}

  /**
   * Tokens with a part to play.
   *
   * @param eos tokens that end a reply, of {@code generation_config.json}, else of {@code
   *     config.json}; may be empty, and may name ids that the vocabulary does not have
   * @param eosFrom what names them: a file, or a default in words
   */
  public record TokenRoles(Set<Integer> eos, String eosFrom, OptionalInt bos, OptionalInt pad) {
    public TokenRoles {
      eos = Set.copyOf(eos);
    }
  }

  /** The same with an output layer of its own. */
  DecoderSpec untied() {
    return new DecoderSpec(
        architecture,
        vocabSize,
        maxPositions,
        hiddenSize,
        layers,
        attention,
        mlp,
        rmsNormEps,
        rope,
        false,
        tokens);
  }

  /** Numbers in the cache for one position of a sequence: keys and values of all layers. */
  public long cacheElementsPerToken() {
    return 2L * layers * attention.kvHeads() * attention.headDim();
  }
}

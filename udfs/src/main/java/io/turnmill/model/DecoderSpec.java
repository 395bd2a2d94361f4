package io.turnmill.model;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A decoder: everything in its configuration that changes a result.
 *
 * @param architecture the {@code model_type}, such as {@code qwen2}: see {@link
 *     DecoderArchitecture}
 * @param maxPositions longest sequence in tokens, {@code rope_scaling} included
 * @param hiddenSize width of the residual stream
 * @param layerKinds one for each layer
 */
public record DecoderSpec(
    String architecture,
    int vocabSize,
    int maxPositions,
    int hiddenSize,
    Embeddings embeddings,
    Attention attention,
    FeedForward feedForward,
    Norms norms,
    List<LayerKind> layerKinds,
    TokenRoles tokens)
    implements ModelSpec {

  /** In {@link LayerKind#window}: the layer sees the whole sequence. */
  public static final int NO_WINDOW = 0;

  public DecoderSpec {
    layerKinds = List.copyOf(layerKinds);
  }

  /**
   * How tokens enter and leave.
   *
   * @param tied whether the output layer is the embedding matrix
   * @param scale what an embedding is multiplied by, rounded to the weights' precision
   * @param scoreCap soft cap: a score becomes {@code cap * tanh(score / cap)}
   */
  public record Embeddings(boolean tied, double scale, OptionalDouble scoreCap) {
    Embeddings withTied(boolean other) {
      return new Embeddings(other, scale, scoreCap);
    }
  }

  /**
   * Self-attention with grouped queries, alike in all layers but for their {@link LayerKind}.
   *
   * <p>A soft cap of the scores before the softmax (as in Gemma 2) would be a component here.
   * PyTorch's fused kernels do not compute one, so the source would need attention by plain
   * products for it.
   *
   * @param heads query heads
   * @param kvHeads key and value heads; divides {@code heads}
   * @param headDim width of a head
   * @param turnedDim how many dimensions of a head turn with its position, the first ones; even
   * @param scale what products of queries and keys are multiplied by
   * @param inputBias whether the projections to queries, keys and values add a bias
   * @param outputBias whether the projection back does
   * @param headNorm whether each query and key head is normalised before it turns
   */
  public record Attention(
      int heads,
      int kvHeads,
      int headDim,
      int turnedDim,
      double scale,
      boolean inputBias,
      boolean outputBias,
      boolean headNorm) {

    /** Query heads that share one key and value head. */
    public int groupSize() {
      return heads / kvHeads;
    }

    /** Whether the scale is the usual one, 1 / √{@code headDim}. */
    public boolean usuallyScaled() {
      return scale == usualScale(headDim);
    }

    static double usualScale(int headDim) {
      return 1 / Math.sqrt(headDim);
    }

    Attention withScale(double other) {
      return new Attention(
          heads, kvHeads, headDim, turnedDim, other, inputBias, outputBias, headNorm);
    }

    Attention withTurnedDim(int other) {
      return new Attention(heads, kvHeads, headDim, other, scale, inputBias, outputBias, headNorm);
    }
  }

  /** What a layer computes of each token by itself. A mixture of experts would be another one. */
  public sealed interface FeedForward permits GatedMlp {
    /** How many numbers the inside has for each token. */
    int width();

    Activation activation();

    boolean bias();
  }

  /**
   * {@code down(activation(gate(x)) * up(x))}.
   *
   * @param width of its inside
   * @param bias whether all three of its layers add one
   */
  public record GatedMlp(int width, Activation activation, boolean bias) implements FeedForward {}

  /**
   * Root-mean-square normalisation, computed in float32.
   *
   * @param eps added to the mean square
   * @param offset whether stored weights are offsets from 1, and are multiplied in float32
   * @param after whether the result of each part of a layer is normalised, too, before it is added
   */
  public record Norms(double eps, boolean offset, boolean after) {

    /** Norms of what goes into each part of a layer, and of nothing else. */
    static Norms before(double eps) {
      return new Norms(eps, false, false);
    }
  }

  /**
   * In what layers differ.
   *
   * @param window how many positions a token sees, itself included, or {@link #NO_WINDOW}; at most
   *     one size besides that in a model
   * @param rope the same in all layers with the same window
   */
  public record LayerKind(int window, Rope rope) {}

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

  @Override
  public int layers() {
    return layerKinds.size();
  }

  /** For each layer {@link LayerKind#window}. */
  public List<Integer> windows() {
    return layerKinds.stream().map(LayerKind::window).toList();
  }

  /** The size of the sliding window of some layers; {@link #NO_WINDOW} when none has one. */
  public int window() {
    return layerKinds.stream().mapToInt(LayerKind::window).max().orElse(NO_WINDOW);
  }

  /** The rotary embedding of layers that see the whole sequence; of all layers where none does. */
  public Rope rope() {
    return rope(false);
  }

  /** The rotary embedding of layers with a sliding window; of all layers where none has one. */
  public Rope windowRope() {
    return rope(true);
  }

  /** Whether a token's rotation depends on more than its position. */
  public boolean dependsOnLength() {
    return layerKinds.stream().anyMatch(kind -> kind.rope().dependsOnLength());
  }

  private Rope rope(boolean windowed) {
    return layerKinds.stream()
        .filter(kind -> (kind.window() > NO_WINDOW) == windowed)
        .findFirst()
        .orElse(layerKinds.get(0))
        .rope();
  }

  /** The same with an output layer of its own. */
  DecoderSpec untied() {
    return new DecoderSpec(
        architecture,
        vocabSize,
        maxPositions,
        hiddenSize,
        embeddings.withTied(false),
        attention,
        feedForward,
        norms,
        layerKinds,
        tokens);
  }

  /** Numbers in the cache for one position of a sequence: keys and values of all layers. */
  public long cacheElementsPerToken() {
    return 2L * layers() * attention.kvHeads() * attention.headDim();
  }
}

package io.turnmill.model;

import io.turnmill.model.EncoderHead.Classification;
import io.turnmill.model.EncoderHead.Embedding;
import io.turnmill.model.EncoderHead.Pooling;
import java.util.List;
import java.util.Optional;

/**
 * An encoder: everything in its configuration that changes a result.
 *
 * @param architecture {@code bert}, {@code roberta}, {@code xlm-roberta}, {@code distilbert},
 *     {@code modernbert}, or a decoder's
 * @param maxPositions longest sequence in tokens, special tokens included
 * @param hiddenSize width of a token's state
 * @param heads of attention; divides {@code hiddenSize}
 * @param head what is made of the states
 */
public record EncoderSpec(
    String architecture,
    int vocabSize,
    int maxPositions,
    int hiddenSize,
    int layers,
    int heads,
    Blocks blocks,
    EncoderHead head)
    implements ModelSpec {

  /** A decoder whose states become vectors. */
  static EncoderSpec of(DecoderSpec decoder, EncoderHead head) {
    return new EncoderSpec(
        decoder.architecture(),
        decoder.vocabSize(),
        decoder.maxPositions(),
        decoder.hiddenSize(),
        decoder.layers(),
        decoder.attention().heads(),
        new Causal(decoder),
        head);
  }

  /** The same encoder with another head. */
  EncoderSpec with(EncoderHead other) {
    return new EncoderSpec(
        architecture, vocabSize, maxPositions, hiddenSize, layers, heads, blocks, other);
  }

  /** Width of an attention head. */
  public int headDim() {
    return hiddenSize / heads;
  }

  /**
   * How a text's state is chosen where its head looks at the state of one token alone: of the last
   * block, nothing after the attention is computed for the others. Empty for a decoder's blocks.
   */
  public Optional<Pooling> onlyToken() {
    List<Pooling> poolings =
        head instanceof Embedding embedding
            ? embedding.poolings()
            : List.of(((Classification) head).pooling());
    return Optional.of(poolings.get(0))
        .filter(pooling -> pooling == Pooling.CLS || pooling == Pooling.LAST_TOKEN)
        .filter(pooling -> poolings.size() == 1 && !(blocks instanceof Causal));
  }

  /** How blocks are built. */
  public sealed interface Blocks {
    /** Width of the inside of the feed-forward part. */
    int innerWidth();

    Activation activation();

    /** Added to the variance in every normalisation. */
    double normEps();
  }

  /**
   * Learned positions, normalisation after each part: BERT and its kin.
   *
   * @param padTokenId of RoBERTa's kin, where positions count from one more than this id on and a
   *     padding token has this id as its position; {@link #POSITIONS_FROM_ZERO} for the others
   * @param positionRows rows of the table of positions
   * @param tokenTypes rows of the table of token types; 0 when there is none
   */
  public record PostNorm(
      int innerWidth,
      Activation activation,
      double normEps,
      int padTokenId,
      int positionRows,
      int tokenTypes)
      implements Blocks {
    public static final int POSITIONS_FROM_ZERO = -1;
  }

  /**
   * Rotary positions, gated feed-forward part, normalisation before each part: ModernBERT.
   *
   * @param globalEvery block {@code i} sees the whole text when {@code i} is a multiple of this
   * @param window the others see this many tokens to either side
   */
  public record PreNorm(
      int innerWidth,
      Activation activation,
      double normEps,
      Biases biases,
      int globalEvery,
      int window,
      Rope globalRope,
      Rope localRope)
      implements Blocks {

    public boolean global(int layer) {
      return layer % globalEvery == 0;
    }
  }

  /**
   * The blocks of a decoder, whose tokens see what lies before them: embedders made of language
   * models.
   */
  public record Causal(DecoderSpec decoder) implements Blocks {
    @Override
    public int innerWidth() {
      return decoder.feedForward().width();
    }

    @Override
    public Activation activation() {
      return decoder.feedForward().activation();
    }

    @Override
    public double normEps() {
      return decoder.norms().eps();
    }
  }

  /** Which parts of a {@link PreNorm} block add a bias. */
  public record Biases(boolean attention, boolean mlp, boolean norm) {}
}

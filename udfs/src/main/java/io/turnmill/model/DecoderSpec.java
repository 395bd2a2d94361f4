package io.turnmill.model;

import java.util.OptionalInt;
import java.util.Set;

/**
 * A decoder of the Qwen2 architecture: everything in its configuration that changes a result.
 *
 * @param hiddenSize width of the residual stream
 * @param intermediateSize width of the gated MLP
 * @param layers number of decoder layers
 * @param heads query heads
 * @param kvHeads key and value heads; divides {@code heads}
 * @param headDim width of a head; even
 * @param rmsNormEps added to the mean square in every normalisation
 * @param ropeTheta base of the rotary frequencies
 * @param tiedEmbeddings whether the output layer is the embedding matrix
 * @param eosTokenIds tokens that end a reply, of {@code generation_config.json}, else of {@code
 *     config.json}; may be empty
 */
public record DecoderSpec(
    int vocabSize,
    int maxPositions,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int kvHeads,
    int headDim,
    double rmsNormEps,
    double ropeTheta,
    boolean tiedEmbeddings,
    Set<Integer> eosTokenIds,
    OptionalInt bosTokenId,
    OptionalInt padTokenId)
    implements ModelSpec {

  public DecoderSpec {
    eosTokenIds = Set.copyOf(eosTokenIds);
  }

  @Override
  public String architecture() {
    return "qwen2";
  }

  /** Query heads that share one key and value head. */
  public int groupSize() {
    return heads / kvHeads;
  }

  /** Numbers in the cache for one position of a sequence: keys and values of all layers. */
  public long cacheElementsPerToken() {
    return 2L * layers * kvHeads * headDim;
  }
}

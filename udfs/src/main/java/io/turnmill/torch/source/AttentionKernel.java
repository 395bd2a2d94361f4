package io.turnmill.torch.source;

import java.util.List;

/** How the TorchScript source of a decoder computes attention over its key-value slots. */
public enum AttentionKernel {
  /**
   * {@code scaled_dot_product_attention}, on any device: decode rows of similar length are gathered
   * and padded to the longest, every other row goes alone. Cache [L, 2, slots, K, slot tokens, D].
   */
  BY_LENGTH("decoder/attention-by-length", "decoder/prefill-whole"),
  /**
   * The same with rows of several tokens cut into blocks, each computed by two matrix products with
   * a softmax between them: on the CPU faster than PyTorch's own kernel.
   */
  BLOCKS("decoder/attention-by-length", "decoder/prefill-blocks"),
  /**
   * {@code _flash_attention_forward}, CUDA's kernel for variable lengths, in half precision: a slot
   * is found by an offset into all tokens of all slots, so nothing is gathered, padded or masked.
   * Cache [L, 2, slots, slot tokens, K, D].
   */
  FLASH("decoder/attention-flash");

  private static final int MOST_HEAD_DIM = 256;
  private static final int HEAD_DIM_STEP = 8;

  @SuppressWarnings("ImmutableEnumChecker") // List.of
  private final List<String> files;

  AttentionKernel(String... files) {
    this.files = List.of(files);
  }

  /** Whether {@link #FLASH} takes heads of that size. */
  public static boolean flashTakes(int headDim) {
    return headDim <= MOST_HEAD_DIM && headDim % HEAD_DIM_STEP == 0;
  }

  /** The methods that know how rows lie in the cache, see {@link DecoderSource}. */
  String methods() {
    return SourceText.read(files);
  }
}

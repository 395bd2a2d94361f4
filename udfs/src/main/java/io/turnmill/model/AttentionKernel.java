package io.turnmill.model;

/** How the TorchScript source of a decoder computes attention over its key-value slots. */
public enum AttentionKernel {
  /**
   * {@code scaled_dot_product_attention}, on any device: decode rows of similar length are gathered
   * and padded to the longest, every other row goes alone. Cache [L, 2, slots, K, slot tokens, D].
   */
  BY_LENGTH,
  /** The same with rows of several tokens cut into blocks, for the CPU. */
  BLOCKS,
  /**
   * {@code _flash_attention_forward}, on CUDA in half precision: rows of any length, without
   * padding; it reads keys and values where they lie. Cache [L, 2, slots, slot tokens, K, D].
   */
  FLASH;

  private static final int MOST_HEAD_DIM = 256;
  private static final int HEAD_DIM_STEP = 8;

  /** Whether {@link #FLASH} takes heads of that size. */
  public static boolean flashTakes(int headDim) {
    return headDim <= MOST_HEAD_DIM && headDim % HEAD_DIM_STEP == 0;
  }

  /** The methods that know how rows lie in the cache, see {@link DecoderSource}. */
  String methods() {
    return switch (this) {
      case BY_LENGTH -> DecoderAttentionSource.TEXT + PrefillSource.WHOLE;
      case BLOCKS -> DecoderAttentionSource.TEXT + PrefillSource.BLOCKS;
      case FLASH -> FlashAttentionSource.TEXT;
    };
  }
}

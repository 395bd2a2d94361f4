package io.turnmill.model;

import io.turnmill.model.DecoderSpec.Attention;

/**
 * TorchScript of a decoder's layer: queries, keys and values of the normalised states {@code x},
 * the first two rotated. Where {@code ends} is given, queries are those of these tokens alone.
 * Shapes by the letters of {@link DecoderSource}.
 */
final class HeadsSource {
  private HeadsSource() {}

  /** Lines that define {@code q}, {@code k} and {@code v}, the first two rotated. */
  static String of(Attention attention, LinearKernel kernel) {
    String norm = attention.headNorm() ? HEAD_NORM.formatted(attention.headDim()) : "";
    if (kernel == LinearKernel.MERGED) {
      return (attention.headNorm() ? MERGED_HEADS + norm + MERGED_TURNED : MERGED_ROTATED)
          + MERGED_ENDED;
    }
    boolean bias = attention.inputBias();
    return HEADS.formatted(
            kernel.input("ended"),
            kernel.apply("self_attn.q_proj", "asking", bias),
            kernel.apply("self_attn.k_proj", "input", bias),
            kernel.apply("self_attn.v_proj", "input", bias))
        + norm
        + ROTATED;
  }

  private static final String HEADS =
      """
      asking = input
      asking_cos = cos
      asking_sin = sin
      if ends is not None:
        ended = torch.index_select(x, 0, ends)
        asking = %s
        asking_cos = torch.index_select(cos, 0, ends)
        asking_sin = torch.index_select(sin, 0, ends)
      q = torch.view(%s, [-1, ${heads}, ${head_dim}])
      k = torch.view(%s, [-1, ${kv_heads}, ${head_dim}])
      v = torch.view(%s, [-1, ${kv_heads}, ${head_dim}])
      """
          .indent(4);

  private static final String HEAD_NORM =
      """
      q = torch.rms_norm(q, [%1$d], w["self_attn.q_norm.weight"], ${eps})   # each head by itself
      k = torch.rms_norm(k, [%1$d], w["self_attn.k_norm.weight"], ${eps})
      """
          .indent(4);

  private static final String ROTATED =
      """
      q = (self).rotate(q, asking_cos, asking_sin)                          # [T, H, D]
      k = (self).rotate(k, cos, sin)                                        # [T, K, D]"""
          .indent(4)
          .stripTrailing();

  private static final String MERGED_TURNED =
      """
      q = (self).rotate(q, cos, sin)                                        # [T, H, D]
      k = (self).rotate(k, cos, sin)                                        # [T, K, D]
      """
          .indent(4);

  private static final String MERGED_ENDED =
      """
      if ends is not None:
        q = torch.index_select(q, 0, ends)"""
          .indent(4)
          .stripTrailing();

  private static final String MERGED_HEADS =
      """
      qkv = torch.view(torch.linear(input, w["self_attn.qkv_proj.weight"], ${qkv_bias}), [-1, ${all_heads}, ${head_dim}])
      q = torch.narrow(qkv, 1, 0, ${heads})
      k = torch.narrow(qkv, 1, ${heads}, ${kv_heads})
      v = torch.narrow(qkv, 1, ${turned_heads}, ${kv_heads})
      """
          .indent(4);

  private static final String MERGED_ROTATED =
      """
      qkv = torch.view(torch.linear(input, w["self_attn.qkv_proj.weight"], ${qkv_bias}), [-1, ${all_heads}, ${head_dim}])
      turned = (self).rotate(torch.narrow(qkv, 1, 0, ${turned_heads}), cos, sin)       # [T, H + K, D]
      q = torch.narrow(turned, 1, 0, ${heads})
      k = torch.narrow(turned, 1, ${heads}, ${kv_heads})
      v = torch.narrow(qkv, 1, ${turned_heads}, ${kv_heads})
      """
          .indent(4);
}

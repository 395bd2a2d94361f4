package io.turnmill.torch.source;

import io.turnmill.model.DecoderSpec;
import io.turnmill.model.DecoderSpec.Attention;
import java.util.Map;

/**
 * TorchScript of a decoder's layer: queries, keys and values of the normalised states {@code x},
 * the first two rotated. Where {@code ends} is given, queries are those of these tokens alone.
 * Shapes by the letters of {@link DecoderSource}.
 */
final class QkvSource {
  private QkvSource() {}

  /** Adds the part {@code qkv}, lines that define {@code q}, {@code k} and {@code v}. */
  static void add(Map<String, String> parts, DecoderSpec spec, LinearKernel kernel) {
    Attention attention = spec.attention();
    String norm = spec.norms().offset() ? "decoder/head-norm-offset" : "decoder/head-norm";
    parts.put("head_norm", attention.headNorm() ? SourceText.read(norm) : "");
    if (kernel == LinearKernel.MERGED) {
      boolean bias = attention.inputBias();
      parts.put("qkv_bias", bias ? "w[\"self_attn.qkv_proj.bias\"]" : "None");
      parts.put(
          "qkv",
          SourceText.read(
              attention.headNorm() ? "decoder/qkv-merged-normed" : "decoder/qkv-merged"));
      return;
    }
    parts.put("qkv", SourceText.read("decoder/qkv"));
    parts.put("input_ended", kernel.input("ended"));
    parts.put("q_proj", kernel.apply("self_attn.q_proj", "asking", attention.inputBias()));
    parts.put("k_proj", kernel.apply("self_attn.k_proj", "input", attention.inputBias()));
    parts.put("v_proj", kernel.apply("self_attn.v_proj", "input", attention.inputBias()));
  }
}

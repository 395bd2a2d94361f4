package io.turnmill.torch.source;

import static io.turnmill.torch.source.SourceText.number;

import io.turnmill.model.DecoderSpec;
import io.turnmill.model.DecoderSpec.Attention;
import io.turnmill.model.DecoderSpec.GatedMlp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * TorchScript source of a decoder. It holds the architecture only: weights and cache are arguments,
 * so a small text serves every folder of that shape. Shapes are written with
 *
 * <pre>
 *   T tokens of the batch, packed     H query heads      S positions attended to
 *   R rows                            K key heads        L layers
 *   E hidden size                     G = H / K          D head size
 * </pre>
 *
 * {@code weights} is a list of L + 1 tables: one for each layer, then the model's own. {@code
 * cache} holds keys and values of all slots, in the shape of the {@link AttentionKernel}.
 * Everything runs on the device of the weights; on CUDA nothing waits for it.
 */
public final class DecoderSource {
  /**
   * Tokens whose scores are computed at once where the log-probabilities of given ids are asked
   * for: their scores take 38 MB at a vocabulary of 150,000.
   */
  public static final int TARGET_BLOCK = 64;

  /** Class of the module that {@link #of} defines. */
  public static final String CLASS_NAME = "Decoder";

  private static final String SELF = "__torch__." + CLASS_NAME;

  private final DecoderSpec spec;
  private final LinearKernel kernel;
  private final Map<String, String> parts = new HashMap<>();

  private DecoderSource(DecoderSpec spec, LinearKernel kernel) {
    this.spec = spec;
    this.kernel = kernel;
  }

  public static String of(DecoderSpec spec, LinearKernel kernel, AttentionKernel attention) {
    DecoderSource source = new DecoderSource(spec, kernel);
    source.sizes();
    source.merged();
    source.norms();
    source.attention();
    source.feedForward();
    source.embeddings();
    source.outputLayer();
    return SourceText.fill(
        SourceText.read("decoder/model")
            + kernel.methods(SELF)
            + attention.methods()
            + source.turns()
            + SourceText.read("decoder/forward"),
        source.parts);
  }

  private void sizes() {
    Attention attention = spec.attention();
    parts.put("target_block", number(TARGET_BLOCK));
    parts.put("layers", number(spec.layers()));
    parts.put("hidden", number(spec.hiddenSize()));
    parts.put("heads", number(attention.heads()));
    parts.put("kv_heads", number(attention.kvHeads()));
    parts.put("group", number(attention.groupSize()));
    parts.put("all_heads", number(attention.heads() + 2 * attention.kvHeads()));
    parts.put("turned_heads", number(attention.heads() + attention.kvHeads()));
    parts.put("head_dim", number(attention.headDim()));
  }

  /** Rotary embeddings: their methods, and where they are called. */
  private String turns() {
    Attention attention = spec.attention();
    int dim = attention.turnedDim();
    boolean partial = dim < attention.headDim();
    parts.put("rotate", partial ? "rotate_whole" : "rotate");
    parts.put("turned_dim", number(dim));
    parts.put("half_turned_dim", number(dim / 2));
    parts.put("still_dim", number(attention.headDim() - dim));
    boolean two = !spec.windowRope().equals(spec.rope());
    parts.put(
        "prepare_window_frequencies",
        two
            ? "own[\"window_frequencies\"] ="
                + " (self).frequencies_window(ops.prim.device(own[\"model.norm.weight\"]))"
            : "");
    parts.put("window_turns", two ? SourceText.read("decoder/window-turns") : "");
    parts.put("choose_turns", two ? SourceText.read("decoder/choose-turns") : "");
    return (partial ? SourceText.read("decoder/rotate-partial") : "")
        + RopeSource.of(spec.rope(), dim, SELF, "")
        + (two ? RopeSource.of(spec.windowRope(), dim, SELF, "_window") : "");
  }

  private void norms() {
    DecoderSpec.Norms norms = spec.norms();
    parts.put("eps", number(norms.eps()));
    parts.put("norm", SourceText.read(norms.offset() ? "decoder/norm-offset" : "decoder/norm"));
    parts.put("norm_weight", norms.offset() ? "scale" : "weight");
    parts.put(
        "prepare_norms", norms.offset() ? SourceText.read("decoder/prepare-norms-offset") : "");
    parts.put(
        "layer_norms",
        layerNorms().stream().map("\"%s\""::formatted).collect(Collectors.joining(", ")));
    String mlp = "(self).mlp(w, %s)";
    if (norms.after()) {
      parts.put("attention_result", normed("mixed", "post_attention_layernorm"));
      String before = normed("x", "pre_feedforward_layernorm");
      parts.put("mlp_result", normed(mlp.formatted(before), "post_feedforward_layernorm"));
    } else {
      parts.put("attention_result", "mixed");
      parts.put("mlp_result", mlp.formatted(normed("x", "post_attention_layernorm")));
    }
  }

  private static String normed(String x, String name) {
    return "(self).norm(%s, w[\"%s.${norm_weight}\"])".formatted(x, name);
  }

  /** Names of all norms of a layer. */
  private List<String> layerNorms() {
    List<String> names = new ArrayList<>(List.of("input_layernorm", "post_attention_layernorm"));
    if (spec.norms().after()) {
      names.addAll(List.of("pre_feedforward_layernorm", "post_feedforward_layernorm"));
    }
    if (spec.attention().headNorm()) {
      names.addAll(List.of("self_attn.q_norm", "self_attn.k_norm"));
    }
    return names;
  }

  private void embeddings() {
    double scale = spec.embeddings().scale();
    parts.put(
        "prepare_embedding_scale",
        scale == 1 ? "" : SourceText.read("decoder/prepare-embedding-scale"));
    parts.put("embedding_scale", number(scale));
    parts.put("scale_embedding", scale == 1 ? "" : "x = x * own[\"embedding_scale\"]");
  }

  /** In {@code prepare}: what is multiplied by the same states becomes one matrix. */
  private void merged() {
    boolean merges = kernel == LinearKernel.MERGED;
    parts.put("merge", merges ? SourceText.read("decoder/merge") : "");
    parts.put(
        "merge_bias",
        spec.attention().inputBias()
            ? "_ = (self).merge(w, [\"self_attn.q_proj.bias\", \"self_attn.k_proj.bias\","
                + " \"self_attn.v_proj.bias\"], \"self_attn.qkv_proj.bias\")"
            : "");
    parts.put(
        "merge_mlp_bias",
        spec.feedForward().bias()
            ? "_ = (self).merge(w, [\"mlp.gate_proj.bias\", \"mlp.up_proj.bias\"],"
                + " \"mlp.gate_up_proj.bias\")"
            : "");
  }

  private void attention() {
    Attention attention = spec.attention();
    QkvSource.add(parts, spec, kernel);
    parts.put("input", kernel.input("x"));
    parts.put(
        "o_proj", kernel.apply("self_attn.o_proj", kernel.input("all"), attention.outputBias()));
    String scale = number(attention.scale());
    boolean usual = attention.usuallyScaled();
    parts.put("scale", scale);
    parts.put("scale_argument", usual ? "" : ", scale=" + scale);
    parts.put("kernel_scale", usual ? "None" : scale);
    parts.put("window", number(spec.window()));
    parts.put("windows", spec.windows().toString());
  }

  private void feedForward() {
    parts.put("mlp_tokens", number(kernel.mlpTokens()));
    if (spec.feedForward() instanceof GatedMlp mlp) {
      gated(mlp);
    } else {
      throw new IllegalStateException("A feed-forward part has no source. This is a bug.");
    }
  }

  private void gated(GatedMlp mlp) {
    if (kernel == LinearKernel.MERGED) {
      parts.put("inner", SourceText.read("decoder/inner-merged"));
      parts.put("mlp_bias", mlp.bias() ? "w[\"mlp.gate_up_proj.bias\"]" : "None");
      parts.put("activated_gate", ActivationSource.of(mlp.activation(), "gate"));
    } else {
      String gate = kernel.applyWide("mlp.gate_proj", "input", mlp.bias());
      String up = kernel.applyWide("mlp.up_proj", "input", mlp.bias());
      String activated = ActivationSource.of(mlp.activation(), gate);
      parts.put("inner", "inner = torch.mul_(%s, %s)".formatted(activated, up));
    }
    parts.put("down", kernel.apply("mlp.down_proj", kernel.input("inner", "x"), mlp.bias()));
  }

  /** Scores of the variable {@code last}, by the table {@code w}. */
  private void outputLayer() {
    String name = spec.embeddings().tied() ? "model.embed_tokens" : "lm_head";
    String scores =
        "torch.to(%s, 6)"
            .formatted(
                kernel.takesOutputLayer()
                    ? kernel.applyWide("lm_head", kernel.input("last"), false)
                    : LinearKernel.PLAIN.apply(name, "last", false));
    OptionalDouble cap = spec.embeddings().scoreCap();
    parts.put(
        "scores",
        cap.isEmpty()
            ? scores
            : "torch.tanh(%1$s / %2$s) * %2$s".formatted(scores, number(cap.getAsDouble())));
  }
}

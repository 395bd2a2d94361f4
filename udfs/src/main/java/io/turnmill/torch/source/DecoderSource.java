package io.turnmill.torch.source;

import static io.turnmill.torch.source.SourceText.number;

import io.turnmill.model.DecoderSpec;
import io.turnmill.model.DecoderSpec.Attention;
import java.util.HashMap;
import java.util.Map;

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
    source.attention();
    source.feedForward();
    source.outputLayer();
    return SourceText.fill(
        SourceText.read("decoder/model")
            + kernel.methods(SELF)
            + attention.methods()
            + RopeSource.of(spec.rope(), spec.attention().headDim(), SELF, "")
            + SourceText.read("decoder/forward"),
        source.parts);
  }

  private void sizes() {
    Attention attention = spec.attention();
    parts.put("layers", number(spec.layers()));
    parts.put("hidden", number(spec.hiddenSize()));
    parts.put("heads", number(attention.heads()));
    parts.put("kv_heads", number(attention.kvHeads()));
    parts.put("group", number(attention.groupSize()));
    parts.put("all_heads", number(attention.heads() + 2 * attention.kvHeads()));
    parts.put("turned_heads", number(attention.heads() + attention.kvHeads()));
    parts.put("head_dim", number(attention.headDim()));
    parts.put("half_dim", number(attention.headDim() / 2));
    parts.put("eps", number(spec.rmsNormEps()));
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
        spec.mlp().bias()
            ? "_ = (self).merge(w, [\"mlp.gate_proj.bias\", \"mlp.up_proj.bias\"],"
                + " \"mlp.gate_up_proj.bias\")"
            : "");
  }

  private void attention() {
    Attention attention = spec.attention();
    QkvSource.add(parts, attention, kernel);
    parts.put("input", kernel.input("x"));
    parts.put(
        "o_proj", kernel.apply("self_attn.o_proj", kernel.input("all"), attention.outputBias()));
    parts.put("scale", number(1 / Math.sqrt(attention.headDim())));
    parts.put("window", number(attention.window()));
    parts.put("windows", attention.windows().toString());
  }

  private void feedForward() {
    DecoderSpec.Mlp mlp = spec.mlp();
    parts.put("mlp_tokens", number(kernel.mlpTokens()));
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

  /** Of the variable {@code last}, from the table {@code w}. */
  private void outputLayer() {
    String name = spec.tiedEmbeddings() ? "model.embed_tokens" : "lm_head";
    parts.put(
        "lm_head",
        kernel.takesOutputLayer()
            ? kernel.applyWide("lm_head", kernel.input("last"), false)
            : LinearKernel.PLAIN.apply(name, "last", false));
  }
}

package io.turnmill.torch.source;

import static io.turnmill.torch.source.SourceText.number;

import io.turnmill.model.EncoderHead.Pooling;
import io.turnmill.model.EncoderSpec;
import io.turnmill.model.EncoderSpec.Biases;
import io.turnmill.model.EncoderSpec.PostNorm;
import io.turnmill.model.EncoderSpec.PreNorm;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * TorchScript source of an encoder: from token ids to states, [T, E], or [R, E] where one token of
 * a text alone counts ({@link EncoderSpec#onlyToken}). Linear layers see no padding; only attention
 * pads, within a group of rows of similar length. Shapes are written with
 *
 * <pre>
 *   T tokens of the batch, packed     H heads          S longest row of a group
 *   R rows                            D head size      E hidden size
 * </pre>
 *
 * Weights come as {@link DecoderSource} says. What is made of the states is {@link
 * PoolingSource}'s.
 */
public final class EncoderSource {
  /** Class of the module that {@link #of} defines. */
  public static final String CLASS_NAME = "Encoder";

  private static final String SELF = "__torch__." + CLASS_NAME;

  private final EncoderSpec spec;
  private final LinearKernel kernel;
  private final Map<String, String> parts = new HashMap<>();

  private EncoderSource(EncoderSpec spec, LinearKernel kernel) {
    this.spec = spec;
    this.kernel = kernel;
  }

  public static String of(EncoderSpec spec, LinearKernel kernel) {
    EncoderSource source = new EncoderSource(spec, kernel);
    String blocks = source.blocks();
    source.sizes();
    source.onlyToken();
    return SourceText.fill(
        SourceText.read("encoder/model")
            + kernel.methods(SELF)
            + SourceText.read("encoder/attention")
            + blocks,
        source.parts);
  }

  private String blocks() {
    if (spec.blocks() instanceof PostNorm blocks) {
      return postNorm(blocks);
    }
    if (spec.blocks() instanceof PreNorm blocks) {
      return preNorm(blocks);
    }
    throw new IllegalStateException("A decoder's blocks are DecoderSource's. This is a bug.");
  }

  private void sizes() {
    parts.put("layers", number(spec.layers()));
    parts.put("hidden", number(spec.hiddenSize()));
    parts.put("heads", number(spec.heads()));
    parts.put("head_dim", number(spec.headDim()));
    parts.put("eps", number(spec.blocks().normEps()));
  }

  private String postNorm(PostNorm blocks) {
    boolean fromZero = blocks.padTokenId() == PostNorm.POSITIONS_FROM_ZERO;
    parts.put("prepare", "");
    parts.put("positions_from_pad", fromZero ? "" : SourceText.read("encoder/positions-from-pad"));
    parts.put("pad", number(blocks.padTokenId()));
    parts.put("types", blocks.tokenTypes() == 0 ? "" : SourceText.read("encoder/types"));
    // RoBERTa's tokenizers give no types, whatever their files say of a second text.
    parts.put("type_ids", fromZero ? "types" : "torch.zeros_like(ids)");
    linear(new Biases(true, true, true));
    String inner = kernel.applyWide("inner", kernel.input("x"), true);
    parts.put("activated", ActivationSource.of(blocks.activation(), inner));
    return SourceText.read("encoder/post-norm");
  }

  private String preNorm(PreNorm blocks) {
    parts.put("prepare", SourceText.read("encoder/prepare"));
    linear(blocks.biases());
    parts.put("gated", ActivationSource.of(blocks.activation(), "open") + " * gate");
    parts.put("window", number(blocks.window()));
    parts.put("global_every", number(blocks.globalEvery()));
    String bias = blocks.biases().norm() ? "%s[\"%s.bias\"]" : "None";
    for (String norm : List.of("attention_norm", "mlp_norm")) {
      parts.put(norm + "_bias", bias.formatted("w", norm));
    }
    for (String norm : List.of("norm", "final_norm")) {
      parts.put(norm + "_bias", bias.formatted("own", norm));
    }
    return RopeSource.of(blocks.globalRope(), spec.headDim(), SELF, "_global")
        + RopeSource.of(blocks.localRope(), spec.headDim(), SELF, "_local")
        + SourceText.read("encoder/pre-norm");
  }

  private void linear(Biases biases) {
    parts.put("input", kernel.input("x"));
    for (String name : List.of("query", "key", "value", "projections")) {
      parts.put(name, kernel.apply(name, "input", biases.attention()));
    }
    parts.put("output", kernel.apply("output", kernel.input("mixed"), biases.attention()));
    parts.put("inner", kernel.applyWide("inner", kernel.input("x"), biases.mlp()));
    parts.put("outer", kernel.apply("outer", kernel.input("inner", "x"), biases.mlp()));
  }

  /** After the last attention, where one token of a text alone counts. */
  private void onlyToken() {
    boolean first = spec.onlyToken().filter(pooling -> pooling == Pooling.CLS).isPresent();
    parts.put("only", spec.onlyToken().isPresent() ? SourceText.read("encoder/only") : "");
    parts.put("only_x", spec.blocks() instanceof PreNorm ? "residual" : "x");
    parts.put("only_from", first ? "0" : "1");
    parts.put("only_back", first ? "0" : "1");
  }
}

package io.turnmill.torch.source;

import java.util.List;
import java.util.Map;

/**
 * How the TorchScript source multiplies by the matrix of a linear layer. A method that does so has
 * a table {@code w} of tensors by name at hand.
 */
public enum LinearKernel {
  /** In the precision of the activations: {@code w["name.weight"]}, {@code w["name.bias"]}. */
  PLAIN,
  /**
   * The same where starting a product costs as much as computing a small one: the matrices that
   * take the same input become one ({@code self_attn.qkv_proj}, {@code mlp.gate_up_proj}).
   */
  MERGED,
  /**
   * As {@link #PLAIN} on x86, where {@code w["name.weight"]} is a copy of the matrix in oneDNN's
   * own layout ({@code mkldnn._reorder_linear_weight}): the product need not rearrange it each
   * time.
   */
  PREPACKED,
  /**
   * Int8 by int8 on x86 with VNNI: {@code w["name.weight"]} is {@code onednn.qlinear_prepack} of
   * the matrix with one scale for each output channel, {@code w["name.scale"]} float32 [out];
   * activations are quantised with a scale for each token, so that no token depends on its company.
   */
  PREPACKED_INT8,
  /**
   * The same for any x86. Without VNNI the products of two neighbours in a row are summed in 16
   * bits ({@code vpmaddubsw}); so the scale of a channel is such that no two neighbours of one sign
   * come to more than 128 together. Times 255, the greatest activation, that is 32640: it fits.
   */
  PREPACKED_INT8_REDUCED,
  /**
   * Int8 by int8 through {@code _int_mm}, on any device but x86 without VNNI: {@code
   * w["name.weight"]} int8 [out, in] and {@code w["name.scale"]} float32 [out]; activations are
   * quantised as above.
   */
  MATMUL_INT8;

  /** Whether matrices and activations take 8 bits. */
  public boolean int8() {
    return this != PLAIN && this != MERGED && this != PREPACKED;
  }

  /** Whether matrices are kept in a layout of oneDNN's. */
  public boolean prepacked() {
    return this == PREPACKED || this == PREPACKED_INT8 || this == PREPACKED_INT8_REDUCED;
  }

  /**
   * Whether the output layer is computed like the layers of blocks; otherwise it stays {@link
   * #PLAIN}: {@code _int_mm} on CUDA takes no vocabulary of just any size.
   */
  public boolean takesOutputLayer() {
    return prepacked();
  }

  /**
   * How many tokens an MLP takes at once. Its wide states in float32 are best kept in the
   * processor's cache where they are quantised, which is one pass over them after the other.
   */
  int mlpTokens() {
    return prepacked() && int8() ? 256 : Integer.MAX_VALUE;
  }

  /** What layers multiply, made of the variable {@code x}; one may serve several layers. */
  String input(String x) {
    return input(x, x);
  }

  /**
   * The same for an {@code x} that may be wider than the results are to be, which are like {@code
   * like}.
   */
  String input(String x, String like) {
    return int8() ? "(self).quantized(%s, ops.prim.dtype(%s))".formatted(x, like) : x;
  }

  /** The expression of layer {@code name} applied to {@code input}, see {@link #input}. */
  String apply(String name, String input, boolean bias) {
    return apply(name, input, bias, "False");
  }

  /** The same, in float32 where that costs nothing: for what is computed on at once. */
  String applyWide(String name, String input, boolean bias) {
    return apply(name, input, bias, "True");
  }

  private String apply(String name, String input, boolean bias, String wide) {
    String weight = "w[\"%s.weight\"]".formatted(name);
    String biasOrNone = bias ? "w[\"%s.bias\"]".formatted(name) : "None";
    return switch (this) {
      case PLAIN, MERGED -> "torch.linear(%s, %s, %s)".formatted(input, weight, biasOrNone);
      case PREPACKED ->
          "ops.mkldnn._linear_pointwise(%s, %s, %s, \"none\", annotate(List[Optional[number]], []), \"\")"
              .formatted(input, weight, biasOrNone);
      case PREPACKED_INT8, PREPACKED_INT8_REDUCED, MATMUL_INT8 ->
          "(self).linear_int8(%s, %s, w[\"%s.scale\"], %s, %s)"
              .formatted(input, weight, name, biasOrNone, wide);
    };
  }

  /** The methods that expressions call, of the class of type {@code self}; may be empty. */
  String methods(String self) {
    String rounded = "torch.to(torch.round_(x / scale), 1)";
    return switch (this) {
      case PLAIN, MERGED, PREPACKED -> "";
      case PREPACKED_INT8, PREPACKED_INT8_REDUCED -> {
        // oneDNN is fast with unsigned activations: 128 stands for 0.
        String unsigned = "torch.add_(torch.view_copy(%s, dtype=0), 128)".formatted(rounded);
        yield methods(self, unsigned, "linear/onednn");
      }
      case MATMUL_INT8 -> methods(self, rounded, "linear/matmul");
    };
  }

  private static String methods(String self, String rounded, String product) {
    return SourceText.fill(
        SourceText.read(List.of("linear/quantized", product, "linear/finished")),
        Map.of("self", self, "rounded", rounded));
  }
}

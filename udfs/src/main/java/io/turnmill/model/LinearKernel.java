package io.turnmill.model;

/**
 * How the TorchScript source multiplies by the matrix of a block's linear layer. A method that does
 * so has two tables at hand: {@code w}, tensors by name, and {@code p}, prepacked matrices by name.
 */
public enum LinearKernel {
  /** In the precision of the activations: {@code w["name.weight"]}, {@code w["name.bias"]}. */
  PLAIN,
  /**
   * Int8 by int8 on x86: {@code p["name"]} is {@code quantized.linear_prepack} of the matrix, one
   * scale for each output channel, and {@code w["name.bias"]}; activations are quantised with a
   * scale for each token, so that no token depends on its company.
   */
  PREPACKED_INT8,
  /** The same where 8-bit products overflow 16 bits (x86 without VNNI): activations take 7 bits. */
  PREPACKED_INT8_REDUCED,
  /**
   * Int8 by int8 through {@code _int_mm}, on any device: {@code w["name.weight"]} int8 [out, in]
   * and {@code w["name.scale"]} float32 [out]; activations are quantised with a scale for each
   * token.
   */
  MATMUL_INT8;

  /** The type of {@code p}'s values. */
  static final String PACKED = "__torch__.torch.classes.quantized.LinearPackedParamsBase";

  /** Whether matrices lie in {@code p}. */
  public boolean prepacked() {
    return this == PREPACKED_INT8 || this == PREPACKED_INT8_REDUCED;
  }

  /** The expression of layer {@code name} applied to the variable {@code x}. */
  String apply(String name, String x, boolean bias) {
    String biasOrNone = bias ? "w[\"%s.bias\"]".formatted(name) : "None";
    return switch (this) {
      case PLAIN -> "torch.linear(%s, w[\"%s.weight\"], %s)".formatted(x, name, biasOrNone);
      case PREPACKED_INT8, PREPACKED_INT8_REDUCED ->
          "(self).linear_int8(%s, p[\"%s\"], %s)".formatted(x, name, biasOrNone);
      case MATMUL_INT8 ->
          "(self).linear_int8(%s, w[\"%2$s.weight\"], w[\"%2$s.scale\"], %3$s)"
              .formatted(x, name, biasOrNone);
    };
  }

  /** The method that {@link #apply} calls, of class {@code owner}; may be empty. */
  String method(String owner) {
    String source =
        switch (this) {
          case PLAIN -> "";
          case PREPACKED_INT8, PREPACKED_INT8_REDUCED -> PREPACKED;
          case MATMUL_INT8 -> MATMUL;
        };
    return source
        .replace("${self}", "__torch__." + owner)
        .replace("${packed}", PACKED)
        .replace("${greatest}", this == PREPACKED_INT8_REDUCED ? "63" : "127")
        .replace("${zero}", this == PREPACKED_INT8_REDUCED ? "64" : "128");
  }

  private static final String PREPACKED =
      """

        # The product quantises by a scale of 1, to unsigned numbers around ${zero}.
        def linear_int8(self: ${self}, x: Tensor, packed: ${packed}, bias: Optional[Tensor]) -> Tensor:
          x32 = torch.to(x, 6)                                                  # [T, in]
          scale = torch.clamp(torch.amax(torch.abs(x32), [-1], True) / ${greatest}., 1.0e-12)     # [T, 1]
          y = ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(x32 / scale, 1., ${zero}, packed)
          y = y * scale                                                         # [T, out]
          if bias is not None:
            y = y + torch.to(bias, 6)
          return torch.to(y, ops.prim.dtype(x))
      """;

  /** CUDA wants more than 16 rows, so fewer are filled up. */
  private static final String MATMUL =
      """

        def linear_int8(self: ${self}, x: Tensor, weight: Tensor, scale: Tensor, bias: Optional[Tensor]) -> Tensor:
          rows = torch.size(x, 0)
          x32 = torch.to(x, 6)                                                  # [T, in]
          x_scale = torch.clamp(torch.amax(torch.abs(x32), [-1], True) / 127., 1.0e-12)      # [T, 1]
          x8 = torch.to(torch.round(x32 / x_scale), 1)
          if rows < 32:
            x8 = torch.constant_pad_nd(x8, [0, 0, 0, 32 - rows], 0)
          y = torch.narrow(torch._int_mm(x8, torch.t(weight)), 0, 0, rows)      # int32 [T, out]
          y = torch.to(y, 6) * x_scale * scale
          if bias is not None:
            y = y + torch.to(bias, 6)
          return torch.to(y, ops.prim.dtype(x))
      """;
}

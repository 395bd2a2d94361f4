package io.turnmill.model;

import java.util.Locale;

/**
 * TorchScript of rotary embeddings. Everything in float32 and by the same steps as in transformers
 * ({@code modeling_rope_utils}), so that angles of late positions agree, too.
 */
final class RopeSource {
  private RopeSource() {}

  /**
   * {@code frequencies} and {@code angles} for class {@code owner}, names ending in {@code suffix}.
   */
  static String of(Rope rope, int headDim, String owner, String suffix) {
    boolean dynamic = rope.scaling() instanceof Rope.Dynamic;
    return ((dynamic ? "" : FREQUENCIES) + (dynamic ? DYNAMIC_ANGLES : ANGLES) + ROTATED)
        .replace("${scale}", scale(rope.scaling(), headDim, rope.theta()))
        .replace("${base}", base(rope.scaling(), headDim, rope.theta()))
        .replace("${self}", "__torch__." + owner)
        .replace("${suffix}", suffix)
        .replace("${dim}", Integer.toString(headDim))
        .replace("${theta}", number(rope.theta()))
        .replace("${attention_factor}", number(rope.attentionFactor()));
  }

  private static final String FREQUENCIES =
      """

        # Turns a position by so much, [D / 2].
        def frequencies${suffix}(self: ${self}, device: Device) -> Tensor:
          exponents = torch.to(torch.arange(0, ${dim}, 2, dtype=4, device=device), 6) / ${dim}
          powers = torch.pow(${theta}, exponents)
          kept = torch.reciprocal(powers)
      ${scale}
      """;

  private static final String ANGLES =
      """

        # positions int64 [T]; lengths, of each token's sequence, play no part
        def angles${suffix}(self: ${self}, positions: Tensor, lengths: Tensor, frequencies: Tensor) -> Tensor:
          return torch.outer(torch.to(positions, 6), frequencies)               # [T, D / 2]
      """;

  private static final String DYNAMIC_ANGLES =
      """

        def frequencies${suffix}(self: ${self}, device: Device) -> Tensor:
          return torch.to(torch.arange(0, ${dim}, 2, dtype=4, device=device), 6) / ${dim}

        # positions int64 [T], lengths int64 [T] of each token's sequence
        def angles${suffix}(self: ${self}, positions: Tensor, lengths: Tensor, exponents: Tensor) -> Tensor:
      ${base}
          frequencies = torch.reciprocal(torch.pow(torch.unsqueeze(base, 1), exponents))     # [T, D / 2]
          return torch.unsqueeze(torch.to(positions, 6), 1) * frequencies
      """;

  private static final String ROTATED =
      """

        # Cosines and sines of the angles, [T, 1, D] each.
        def turns${suffix}(self: ${self}, positions: Tensor, lengths: Tensor, frequencies: Tensor, like: Tensor) -> Tuple[Tensor, Tensor]:
          angles = (self).angles${suffix}(positions, lengths, frequencies)
          angles = torch.unsqueeze(torch.cat([angles, angles], -1), 1)
          cos = torch.to(torch.cos(angles) * ${attention_factor}, ops.prim.dtype(like))
          sin = torch.to(torch.sin(angles) * ${attention_factor}, ops.prim.dtype(like))
          return (cos, sin)
      """;

  /** Body lines that return the frequencies from {@code kept} and {@code powers}. */
  private static String scale(Rope.Scaling scaling, int dim, double theta) {
    if (scaling instanceof Rope.Linear linear) {
      return "    return kept / " + number(linear.factor());
    }
    if (scaling instanceof Rope.Llama3 llama3) {
      return llama3(llama3);
    }
    if (scaling instanceof Rope.Yarn yarn) {
      return yarn(yarn, dim, theta);
    }
    return "    return kept";
  }

  private static String llama3(Rope.Llama3 llama3) {
    double context = llama3.originalMaxPositions();
    return """
    wavelengths = torch.reciprocal(kept) * 6.283185307179586
    low = wavelengths > ${longest}
    scaled = torch.where(low, kept / ${factor}, kept)
    smooth = (torch.reciprocal(wavelengths) * ${context} - ${low_factor}) / ${span}
    smoothed = (1. - smooth) * scaled / ${factor} + smooth * scaled
    medium = torch.logical_and(torch.logical_not(wavelengths < ${shortest}), torch.logical_not(low))
    return torch.where(medium, smoothed, scaled)"""
        .indent(4)
        .stripTrailing()
        .replace("${longest}", number(context / llama3.lowFreqFactor()))
        .replace("${shortest}", number(context / llama3.highFreqFactor()))
        .replace("${context}", number(context))
        .replace("${low_factor}", number(llama3.lowFreqFactor()))
        .replace("${span}", number(llama3.highFreqFactor() - llama3.lowFreqFactor()))
        .replace("${factor}", number(llama3.factor()));
  }

  private static String yarn(Rope.Yarn yarn, int dim, double theta) {
    double low = turningDimension(yarn.betaFast(), yarn, dim, theta);
    double high = turningDimension(yarn.betaSlow(), yarn, dim, theta);
    low = Math.max(yarn.truncate() ? Math.floor(low) : low, 0);
    high = Math.min(yarn.truncate() ? Math.ceil(high) : high, dim - 1.0);
    double span = low == high ? 0.001 : high - low;
    return """
    places = torch.to(torch.arange(${half}, device=device), 6)
    keep = 1. - torch.clamp((places - ${low}) / ${span}, 0, 1)
    spread = torch.reciprocal(${factor} * powers)
    return spread * (1. - keep) + kept * keep"""
        .indent(4)
        .stripTrailing()
        .replace("${half}", Integer.toString(dim / 2))
        .replace("${low}", number(low))
        .replace("${span}", number(span))
        .replace("${factor}", number(yarn.factor()));
  }

  /** The dimension that turns so often over the original context. */
  private static double turningDimension(double rotations, Rope.Yarn yarn, int dim, double theta) {
    double length = yarn.originalMaxPositions() / (rotations * 2 * Math.PI);
    return dim * Math.log(length) / (2 * Math.log(theta));
  }

  /** Body lines that set {@code base}, [T]; only the dynamic scaling has them. */
  private static String base(Rope.Scaling scaling, int dim, double theta) {
    if (!(scaling instanceof Rope.Dynamic dynamic)) {
      return "";
    }
    return """
    length = torch.to(torch.clamp(lengths, ${max}), 6)
    stretch = ${factor} * length / ${max} - ${less}
    base = ${theta} * torch.pow(stretch, ${power})"""
        .indent(4)
        .stripTrailing()
        .replace("${max}", Integer.toString(dynamic.maxPositions()))
        .replace("${factor}", number(dynamic.factor()))
        .replace("${less}", number(dynamic.factor() - 1))
        .replace("${theta}", number(theta))
        .replace("${power}", number(dim / (dim - 2.0)));
  }

  /** A float constant as TorchScript reads it. */
  static String number(double value) {
    String text = String.format(Locale.ROOT, "%s", value);
    return value < 0 ? "(" + text + ")" : text;
  }
}

package io.turnmill.torch.source;

import static io.turnmill.torch.source.SourceText.number;

import io.turnmill.model.Rope;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * TorchScript of rotary embeddings. Everything in float32 and by the same steps as in transformers
 * ({@code modeling_rope_utils}), so that angles of late positions agree, too.
 */
final class RopeSource {
  private final Rope rope;
  private final int dim;
  private final Map<String, String> parts = new HashMap<>();

  private RopeSource(Rope rope, int dim) {
    this.rope = rope;
    this.dim = dim;
  }

  /**
   * Methods {@code frequencies}, {@code angles} and {@code turns}.
   *
   * @param dim how many dimensions of a head turn
   * @param self type of the class that has the methods
   * @param suffix what their names end in
   */
  static String of(Rope rope, int dim, String self, String suffix) {
    RopeSource source = new RopeSource(rope, dim);
    source.parts.put("self", self);
    source.parts.put("suffix", suffix);
    source.parts.put("dim", number(dim));
    source.parts.put("theta", number(rope.theta()));
    source.parts.put("attention_factor", number(rope.attentionFactor()));
    return SourceText.fill(source.angles() + SourceText.read("rope/turns"), source.parts);
  }

  private String angles() {
    if (rope.scaling() instanceof Rope.Dynamic dynamic) {
      dynamic(dynamic);
      return SourceText.read("rope/angles-dynamic");
    }
    if (rope.scaling() instanceof Rope.LongRope longRope) {
      longRope(longRope);
      return SourceText.read("rope/angles-long");
    }
    parts.put("scaled", scaled());
    return SourceText.read("rope/frequencies") + SourceText.read("rope/angles");
  }

  /** Lines that return the frequencies from {@code kept} and {@code powers}. */
  private String scaled() {
    if (rope.scaling() instanceof Rope.Linear linear) {
      return "return kept / " + number(linear.factor());
    }
    if (rope.scaling() instanceof Rope.Llama3 llama3) {
      llama3(llama3);
      return SourceText.read("rope/scaled-llama3");
    }
    if (rope.scaling() instanceof Rope.Yarn yarn) {
      yarn(yarn);
      return SourceText.read("rope/scaled-yarn");
    }
    return "return kept";
  }

  private void llama3(Rope.Llama3 llama3) {
    double context = llama3.originalMaxPositions();
    parts.put("longest", number(context / llama3.lowFreqFactor()));
    parts.put("shortest", number(context / llama3.highFreqFactor()));
    parts.put("context", number(context));
    parts.put("low_factor", number(llama3.lowFreqFactor()));
    parts.put("span", number(llama3.highFreqFactor() - llama3.lowFreqFactor()));
    parts.put("factor", number(llama3.factor()));
  }

  private void yarn(Rope.Yarn yarn) {
    double low = turningDimension(yarn.betaFast(), yarn);
    double high = turningDimension(yarn.betaSlow(), yarn);
    low = Math.max(yarn.truncate() ? Math.floor(low) : low, 0);
    high = Math.min(yarn.truncate() ? Math.ceil(high) : high, dim - 1.0);
    parts.put("half", number(dim / 2));
    parts.put("low", number(low));
    parts.put("span", number(low == high ? 0.001 : high - low));
    parts.put("factor", number(yarn.factor()));
  }

  /** The dimension that turns this many times over the original context. */
  private double turningDimension(double rotations, Rope.Yarn yarn) {
    double length = yarn.originalMaxPositions() / (rotations * 2 * Math.PI);
    return dim * Math.log(length) / (2 * Math.log(rope.theta()));
  }

  private void longRope(Rope.LongRope longRope) {
    parts.put(
        "factors",
        Stream.of(longRope.shortFactors(), longRope.longFactors())
            .flatMap(List::stream)
            .map(SourceText::number)
            .collect(Collectors.joining(", ", "[", "]")));
    parts.put("original", number(longRope.originalMaxPositions()));
  }

  private void dynamic(Rope.Dynamic dynamic) {
    parts.put("max", number(dynamic.maxPositions()));
    parts.put("factor", number(dynamic.factor()));
    parts.put("less", number(dynamic.factor() - 1));
    parts.put("power", number(dim / (dim - 2.0)));
  }
}

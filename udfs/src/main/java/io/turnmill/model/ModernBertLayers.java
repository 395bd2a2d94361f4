package io.turnmill.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Which layers of a ModernBERT see the whole text, and the base of each kind's rotary embedding: in
 * the spelling of transformers 4 ({@code global_attn_every_n_layers}, {@code global_rope_theta},
 * {@code local_rope_theta}) or of 5 ({@code layer_types}, {@code rope_parameters} by kind of
 * layer).
 */
final class ModernBertLayers {
  private static final String GLOBAL = "full_attention";
  private static final String LOCAL = "sliding_attention";
  private static final double GLOBAL_THETA = 160_000;
  private static final double LOCAL_THETA = 10_000;

  private final Fields fields;

  /** Gathers what is wrong in {@code fields}. */
  ModernBertLayers(Fields fields) {
    this.fields = fields;
    Set<String> kinds = new TreeSet<>(ropes().names());
    kinds.removeAll(Set.of(GLOBAL, LOCAL));
    kinds.forEach(
        kind -> fields.problem("rope_parameters." + kind + ", which is no kind of layer"));
  }

  /** Layer {@code i} sees the whole text when {@code i} is a multiple of this. */
  int globalEvery(int layers) {
    if (!fields.has("layer_types")) {
      return fields.size("global_attn_every_n_layers", 3);
    }
    List<String> types = new ArrayList<>();
    for (JsonNode type : fields.get("layer_types")) {
      types.add(type.asText());
      if (!Set.of(GLOBAL, LOCAL).contains(type.asText())) {
        fields.problem(
            "layer_types with %s (supported: %s, %s)".formatted(Fields.shown(type), GLOBAL, LOCAL));
      }
    }
    if (types.size() != layers) {
      fields.problem(
          String.format(
              Locale.ROOT,
              "layer_types names %d layers, num_hidden_layers %d",
              types.size(),
              layers));
      return 1;
    }
    int every =
        IntStream.range(1, layers)
            .filter(i -> types.get(i).equals(GLOBAL))
            .findFirst()
            .orElse(layers);
    if (IntStream.range(0, layers).anyMatch(i -> types.get(i).equals(GLOBAL) != (i % every == 0))) {
      fields.problem("layer_types without a fixed distance from one full_attention to the next");
    }
    return every;
  }

  Rope globalRope() {
    return Rope.unscaled(
        fields.has("rope_parameters")
            ? theta(GLOBAL, GLOBAL_THETA)
            : fields.positive("global_rope_theta", GLOBAL_THETA));
  }

  /** An explicit null says that it is the same. */
  Rope localRope() {
    if (fields.has("rope_parameters")) {
      return Rope.unscaled(theta(LOCAL, LOCAL_THETA));
    }
    return fields.get("local_rope_theta").isNull()
        ? globalRope()
        : Rope.unscaled(fields.positive("local_rope_theta", LOCAL_THETA));
  }

  private Fields ropes() {
    return fields.inside("rope_parameters");
  }

  private double theta(String kind, double otherwise) {
    Fields rope = ropes().inside(kind);
    if (!rope.text("rope_type", "default").equals("default")) {
      fields.problem(
          "rope_parameters.%s of type %s (supported: default)"
              .formatted(kind, Fields.shown(rope.get("rope_type"))));
    }
    return rope.positive("rope_theta", otherwise);
  }
}

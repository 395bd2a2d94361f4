package io.turnmill.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads {@code rope_scaling} (older folders) or {@code rope_parameters} (newer ones, with the base
 * inside). Names and defaults are those of transformers 4.57.
 */
final class RopeConfig {
  private static final Set<String> NEUTRAL =
      Set.of("type", "rope_type", "rope_theta", "partial_rotary_factor");

  /** Notes from the training of the model, which nothing reads. */
  private static final Set<String> HARMLESS = Set.of("finetuned");

  private final Fields fields;
  private final int maxPositions;

  private RopeConfig(Fields fields, int maxPositions) {
    this.fields = fields;
    this.maxPositions = maxPositions;
  }

  /** Gathers what is wrong in {@code fields}. */
  static Rope read(Fields fields, double otherwiseTheta, int maxPositions) {
    return new RopeConfig(fields, maxPositions).read(otherwiseTheta);
  }

  /** Which share of a head's dimensions turns: {@code partial_rotary_factor}. */
  static double turnedShare(Fields fields) {
    Fields parameters = fields.inside("rope_parameters");
    return (parameters.has("partial_rotary_factor") ? parameters : fields)
        .positive("partial_rotary_factor", 1);
  }

  /**
   * The rotary embedding of one kind of layers, as newer folders have it: {@code rope_parameters}
   * with an object for each kind.
   */
  static Rope readKind(Fields fields, String kind, double usualTheta, int maxPositions) {
    Fields rope = fields.inside("rope_parameters").inside(kind);
    RopeConfig reader = new RopeConfig(fields, maxPositions);
    return new Rope(
        rope.positive("rope_theta", usualTheta), reader.scaling(rope, "rope_parameters." + kind));
  }

  /** Keys that change no result. */
  static List<String> harmless(Fields fields) {
    String name = name(fields);
    return HARMLESS.stream()
        .filter(key -> fields.inside(name).has(key))
        .map(key -> name + "." + key)
        .toList();
  }

  private static String name(Fields fields) {
    return fields.has("rope_parameters") ? "rope_parameters" : "rope_scaling";
  }

  private Rope read(double otherwiseTheta) {
    double theta = fields.positive("rope_theta", otherwiseTheta);
    String name = name(fields);
    if (!fields.has(name)) {
      return Rope.unscaled(theta);
    }
    if (!fields.get(name).isObject()) {
      fields.problem(name + " must be an object");
      return Rope.unscaled(theta);
    }
    Fields rope = fields.inside(name);
    Rope.Scaling scaling = scaling(rope, name);
    return new Rope(rope.positive("rope_theta", theta), scaling);
  }

  /**
   * The rotary embedding of Phi 3, which knows no scaling but {@code longrope} ({@code su} and
   * {@code yarn} in older folders). The length of the training stands beside {@code rope_scaling},
   * as {@code original_max_position_embeddings}.
   *
   * @param turnedDim how many dimensions of a head turn
   * @param usualOriginal that length where nothing is said
   */
  static Rope readLong(Fields fields, int turnedDim, int maxPositions, int usualOriginal) {
    return new RopeConfig(fields, maxPositions).readLong(turnedDim, usualOriginal);
  }

  private Rope readLong(int turnedDim, int usualOriginal) {
    double theta = fields.positive("rope_theta", 10_000);
    String name = name(fields);
    if (!fields.has(name)) {
      return Rope.unscaled(theta);
    }
    Fields rope = fields.inside(name);
    theta = rope.positive("rope_theta", theta);
    String type = rope.text(rope.has("rope_type") ? "rope_type" : "type", "default");
    if (type.equals("default")) {
      only(rope, name, Set.of());
      return Rope.unscaled(theta);
    }
    if (!Set.of("longrope", "su", "yarn").contains(type)) {
      fields.problem("%s of type \"%s\" (supported: default, longrope)".formatted(name, type));
      return Rope.unscaled(theta);
    }
    String length = "original_max_position_embeddings";
    only(rope, name, Set.of("short_factor", "long_factor", "attention_factor", "factor", length));
    int original = (rope.has(length) ? rope : fields).size(length, usualOriginal);
    double factor = (double) maxPositions / original;
    double usual = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original));
    return new Rope(
        theta,
        new Rope.LongRope(
            rope.numbers("short_factor", turnedDim / 2),
            rope.numbers("long_factor", turnedDim / 2),
            rope.positive("attention_factor", usual),
            original));
  }

  private Rope.Scaling scaling(Fields rope, String name) {
    JsonNode type = rope.has("rope_type") ? rope.get("rope_type") : rope.get("type");
    return switch (type.asText(rope.isEmpty() ? "default" : "")) {
      case "default" -> {
        only(rope, name, Set.of());
        yield new Rope.None();
      }
      case "linear" -> {
        only(rope, name, Set.of("factor"));
        yield new Rope.Linear(rope.atLeastOne("factor"));
      }
      case "dynamic" -> {
        only(rope, name, Set.of("factor", "original_max_position_embeddings"));
        yield new Rope.Dynamic(rope.atLeastOne("factor"), maxPositions);
      }
      case "llama3" -> llama3(rope, name);
      case "yarn" -> yarn(rope, name);
      default -> {
        fields.problem(
            "%s of type %s (supported: default, linear, dynamic, llama3, yarn)"
                .formatted(name, type.isMissingNode() ? "nothing" : type));
        yield new Rope.None();
      }
    };
  }

  private Rope.Scaling llama3(Fields rope, String name) {
    Set<String> needed =
        Set.of("factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings");
    only(rope, name, needed);
    Rope.Llama3 llama3 =
        new Rope.Llama3(
            rope.atLeastOne("factor"),
            rope.positive("low_freq_factor"),
            rope.positive("high_freq_factor"),
            rope.size("original_max_position_embeddings"));
    if (llama3.highFreqFactor() <= llama3.lowFreqFactor()) {
      fields.problem(name + ".high_freq_factor must be above low_freq_factor");
    }
    return llama3;
  }

  private Rope.Scaling yarn(Fields rope, String name) {
    only(
        rope,
        name,
        Set.of(
            "factor",
            "attention_factor",
            "beta_fast",
            "beta_slow",
            "mscale",
            "mscale_all_dim",
            "truncate",
            "original_max_position_embeddings"));
    double factor = rope.atLeastOne("factor");
    int original = rope.size("original_max_position_embeddings", maxPositions);
    return new Rope.Yarn(
        factor,
        rope.positive("attention_factor", inferredAttentionFactor(rope, factor)),
        rope.positive("beta_fast", 32),
        rope.positive("beta_slow", 1),
        rope.flag("truncate", true),
        original);
  }

  /** Both scales count together or not at all; 0 is as good as absent. */
  private static double inferredAttentionFactor(Fields rope, double factor) {
    double mscale = rope.number("mscale", 0);
    double mscaleAllDim = rope.number("mscale_all_dim", 0);
    return mscale != 0 && mscaleAllDim != 0
        ? mscale(factor, mscale) / mscale(factor, mscaleAllDim)
        : mscale(factor, 1);
  }

  private static double mscale(double factor, double mscale) {
    return factor <= 1 ? 1 : 0.1 * mscale * Math.log(factor) + 1;
  }

  /** A key that is not known could change a result, so it is not passed over. */
  private void only(Fields rope, String name, Set<String> known) {
    Set<String> unknown = new TreeSet<>(rope.names());
    unknown.removeAll(known);
    unknown.removeAll(NEUTRAL);
    unknown.removeAll(HARMLESS);
    for (String key : unknown) {
      fields.problem("%s.%s, which its type does not have".formatted(name, key));
    }
  }
}

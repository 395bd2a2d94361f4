package io.turnmill.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Reads {@code config.json} of the Qwen2 architecture (Qwen2, Qwen2.5 and models distilled into
 * them). Defaults of absent keys are those of {@code Qwen2Config} in transformers.
 */
final class Qwen2Config {
  private static final int LIMIT_LAYERS = 1024;

  private Qwen2Config() {}

  static DecoderSpec read(Path folder, JsonNode config, Optional<JsonNode> generation) {
    Fields fields = new Fields(config, folder.resolve("config.json"));
    unsupported(fields);
    fields.check("asks for what Turnmill does not support");
    DecoderSpec spec = spec(fields, generation.map(g -> eos(folder, g, fields)));
    consistency(spec, fields);
    fields.check("wrong settings");
    return spec;
  }

  /** All that would change a result and is not built. */
  private static void unsupported(Fields fields) {
    String type = fields.get("model_type").asText("");
    if (!type.equals("qwen2")) {
      fields.problem("model_type \"%s\" (supported: qwen2)".formatted(type));
    }
    for (JsonNode architecture : fields.get("architectures")) {
      if (!architecture.asText().equals("Qwen2ForCausalLM")) {
        fields.problem(
            "architecture %s (supported: Qwen2ForCausalLM)".formatted(Fields.shown(architecture)));
        break;
      }
    }
    String activation = fields.get("hidden_act").asText("silu");
    if (!activation.equals("silu")) {
      fields.problem("hidden_act \"%s\" (supported: silu)".formatted(activation));
    }
    for (String name : new String[] {"rope_scaling", "rope_parameters"}) {
      String rope = ropeType(fields.get(name));
      if (!rope.equals("default")) {
        fields.problem("%s of type \"%s\"".formatted(name, rope));
      }
    }
    if (fields.get("use_sliding_window").asBoolean(false)) {
      fields.problem("use_sliding_window true");
    }
    for (JsonNode layer : fields.get("layer_types")) {
      if (!layer.asText().equals("full_attention")) {
        fields.problem("layer_types with %s".formatted(Fields.shown(layer)));
        break;
      }
    }
    if (fields.get("partial_rotary_factor").asDouble(1) != 1) {
      fields.problem("partial_rotary_factor " + fields.get("partial_rotary_factor"));
    }
    if (fields.has("quantization_config")) {
      fields.problem("quantization_config (take the unquantised model)");
    }
  }

  /** {@code type} is the older spelling of {@code rope_type}. */
  private static String ropeType(JsonNode rope) {
    return rope.path("rope_type")
        .asText(rope.path("type").asText(rope.isEmpty() ? "default" : "?"));
  }

  private static DecoderSpec spec(Fields fields, Optional<Set<Integer>> generationEos) {
    int vocab = fields.size("vocab_size");
    int hidden = fields.size("hidden_size");
    int heads = fields.size("num_attention_heads");
    return new DecoderSpec(
        vocab,
        fields.size("max_position_embeddings", 32_768),
        hidden,
        fields.size("intermediate_size"),
        fields.size("num_hidden_layers"),
        heads,
        fields.size("num_key_value_heads", heads),
        fields.size("head_dim", Math.max(1, hidden / heads)),
        fields.positive("rms_norm_eps", 1e-6),
        ropeTheta(fields),
        fields.flag("tie_word_embeddings", false),
        generationEos
            .filter(ids -> !ids.isEmpty())
            .orElseGet(() -> fields.ids("eos_token_id", vocab)),
        fields.id("bos_token_id", vocab),
        fields.id("pad_token_id", vocab));
  }

  /** Newer folders keep the base inside {@code rope_parameters}. */
  private static double ropeTheta(Fields fields) {
    JsonNode newer = fields.get("rope_parameters").path("rope_theta");
    return newer.isNumber() ? newer.doubleValue() : fields.positive("rope_theta", 10_000);
  }

  private static Set<Integer> eos(Path folder, JsonNode generation, Fields config) {
    Fields fields = new Fields(generation, folder.resolve("generation_config.json"));
    Set<Integer> ids =
        fields.ids("eos_token_id", config.get("vocab_size").asInt(Integer.MAX_VALUE));
    fields.check("wrong settings");
    return ids;
  }

  private static void consistency(DecoderSpec spec, Fields fields) {
    if (spec.layers() > LIMIT_LAYERS) {
      fields.problem("num_hidden_layers above " + LIMIT_LAYERS);
    }
    if (spec.heads() % spec.kvHeads() != 0) {
      fields.problem(
          "num_attention_heads %d is no multiple of num_key_value_heads %d"
              .formatted(spec.heads(), spec.kvHeads()));
    }
    if (!fields.has("head_dim") && spec.hiddenSize() % spec.heads() != 0) {
      fields.problem(
          "hidden_size %d is no multiple of num_attention_heads %d"
              .formatted(spec.hiddenSize(), spec.heads()));
    }
    if (spec.headDim() % 2 != 0) {
      fields.problem("the size of a head, %d, is odd".formatted(spec.headDim()));
    }
  }
}

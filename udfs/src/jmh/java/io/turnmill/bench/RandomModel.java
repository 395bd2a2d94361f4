package io.turnmill.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Writes a model folder of a given shape with random weights in bfloat16, for benches: the
 * architecture of Qwen2, tied embeddings, a tokenizer of numbered words.
 *
 * @param hidden width of the residual stream
 * @param inner width of the feed-forward part
 * @param kvHeads key and value heads
 */
public record RandomModel(int vocab, int hidden, int inner, int layers, int heads, int kvHeads) {
  /** Shapes of published models. */
  private static final RandomModel QWEN2_0_5B = new RandomModel(151_936, 896, 4864, 24, 14, 2);

  static final RandomModel QWEN2_1_5B = new RandomModel(151_936, 1536, 8960, 28, 12, 2);

  private static final Map<String, RandomModel> SHAPES =
      Map.of("qwen2-0.5b", QWEN2_0_5B, "qwen2-1.5b", QWEN2_1_5B);

  /** Where the folders of shapes are kept. */
  static final Path KEPT = Path.of("udfs/target/bench");

  /** Whether there is a shape of this name. */
  public static boolean isShape(String name) {
    return SHAPES.containsKey(name);
  }

  /**
   * A folder; or that of the shape of this name, written unless it is there.
   *
   * @param root where paths are taken from
   * @param kept where the folders of shapes lie
   */
  public static Path folder(String model, Path root, Path kept) throws IOException {
    if (!isShape(model)) {
      return root.resolve(model);
    }
    Path folder = kept.resolve(model);
    SHAPES.get(model).write(folder);
    return folder;
  }

  /** Writes the folder unless it is there. */
  public void write(Path folder) throws IOException {
    Path weights = folder.resolve("model.safetensors");
    if (Files.exists(weights)) {
      return;
    }
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.json"), config());
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        "{\"chat_template\": \"{% for m in messages %}{{ m.content }} {% endfor %}\"}");
    Files.writeString(folder.resolve("tokenizer.json"), tokenizer());
    RandomWeights.write(weights, RandomWeights.Type.BF16, shapes());
  }

  private String config() {
    return String.format(
        Locale.ROOT,
        """
    {"architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "vocab_size": %d,
     "hidden_size": %d, "intermediate_size": %d, "num_hidden_layers": %d,
     "num_attention_heads": %d, "num_key_value_heads": %d, "max_position_embeddings": 32768,
     "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "tie_word_embeddings": true,
     "torch_dtype": "bfloat16", "eos_token_id": 2, "hidden_act": "silu"}
    """,
        vocab,
        hidden,
        inner,
        layers,
        heads,
        kvHeads);
  }

  /** A thousand words: enough to write any text of a bench in. */
  private static String tokenizer() {
    StringBuilder words = new StringBuilder("\"t0\": 0");
    for (int i = 1; i < 1000; i++) {
      words.append(", \"t").append(i).append("\": ").append(i);
    }
    return """
    {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
     "normalizer": null, "pre_tokenizer": {"type": "WhitespaceSplit"}, "post_processor": null,
     "decoder": null,
     "model": {"type": "WordLevel", "vocab": {%s}, "unk_token": "t0"}}
    """
        .formatted(words);
  }

  private Map<String, long[]> shapes() {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    shapes.put("model.embed_tokens.weight", new long[] {vocab, hidden});
    long keys = (long) hidden / heads * kvHeads;
    for (int layer = 0; layer < layers; layer++) {
      String place = "model.layers." + layer + ".";
      shapes.put(place + "input_layernorm.weight", new long[] {hidden});
      linear(shapes, place + "self_attn.q_proj", hidden, hidden, true);
      linear(shapes, place + "self_attn.k_proj", keys, hidden, true);
      linear(shapes, place + "self_attn.v_proj", keys, hidden, true);
      linear(shapes, place + "self_attn.o_proj", hidden, hidden, false);
      shapes.put(place + "post_attention_layernorm.weight", new long[] {hidden});
      linear(shapes, place + "mlp.gate_proj", inner, hidden, false);
      linear(shapes, place + "mlp.up_proj", inner, hidden, false);
      linear(shapes, place + "mlp.down_proj", hidden, inner, false);
    }
    shapes.put("model.norm.weight", new long[] {hidden});
    return shapes;
  }

  private static void linear(
      Map<String, long[]> shapes, String name, long out, long in, boolean bias) {
    shapes.put(name + ".weight", new long[] {out, in});
    if (bias) {
      shapes.put(name + ".bias", new long[] {out});
    }
  }
}

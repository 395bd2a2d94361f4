package io.turnmill.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Writes a model folder of a given shape with random weights in float32, for benches: a BERT, as a
 * sentence embedder with mean pooling or as a classifier of three labels.
 *
 * @param inner width of the feed-forward part
 */
public record RandomEncoder(
    int vocab, int hidden, int inner, int layers, int heads, boolean classifier) {
  private static final int POSITIONS = 512;

  /** The shape of all-MiniLM-L6-v2. */
  private static final RandomEncoder MINILM_L6 = new RandomEncoder(30_522, 384, 1536, 6, 12, false);

  /** The same with the head of a classifier. */
  private static final RandomEncoder MINILM_L6_CLASSIFIER =
      new RandomEncoder(30_522, 384, 1536, 6, 12, true);

  private static final Map<String, RandomEncoder> SHAPES =
      Map.of("minilm-l6", MINILM_L6, "minilm-l6-classifier", MINILM_L6_CLASSIFIER);

  /**
   * A folder; or that of the shape of this name, written unless it is there.
   *
   * @param root where paths are taken from: the folder that {@code samples} lies in
   * @param kept where the folders of shapes lie
   */
  public static Path folder(String model, Path root, Path kept) throws IOException {
    RandomEncoder shape = SHAPES.get(model);
    if (shape == null) {
      return root.resolve(model);
    }
    Path folder = kept.resolve(model);
    shape.write(folder, root.resolve("samples/models/chat-mini/tokenizer.json"));
    return folder;
  }

  /**
   * Writes the folder unless it is there.
   *
   * @param tokenizer a {@code tokenizer.json}, of no more tokens than {@code vocab}
   */
  private void write(Path folder, Path tokenizer) throws IOException {
    Path weights = folder.resolve("model.safetensors");
    if (Files.exists(weights)) {
      return;
    }
    Files.createDirectories(folder.resolve("1_Pooling"));
    Files.copy(tokenizer, folder.resolve("tokenizer.json"));
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        "{\"tokenizer_class\": \"PreTrainedTokenizerFast\", \"model_max_length\": 512}");
    Files.writeString(folder.resolve("config.json"), config());
    if (!classifier) {
      Files.writeString(folder.resolve("modules.json"), MODULES);
      Files.writeString(folder.resolve("sentence_bert_config.json"), "{\"max_seq_length\": 512}");
      Files.writeString(folder.resolve("1_Pooling/config.json"), pooling());
    }
    RandomWeights.write(weights, RandomWeights.Type.F32, shapes());
  }

  private static final String MODULES =
      """
      [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
       {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}]
      """;

  private String pooling() {
    return String.format(
        Locale.ROOT,
        "{\"word_embedding_dimension\": %d, \"pooling_mode_mean_tokens\": true}",
        hidden);
  }

  private String config() {
    return String.format(
        Locale.ROOT,
        """
    {"architectures": ["%s"], "model_type": "bert", "vocab_size": %d, "hidden_size": %d,
     "intermediate_size": %d, "num_hidden_layers": %d, "num_attention_heads": %d,
     "max_position_embeddings": %d, "type_vocab_size": 2, "layer_norm_eps": 1e-12,
     "hidden_act": "gelu", "position_embedding_type": "absolute", "pad_token_id": 0,
     "id2label": {"0": "a", "1": "b", "2": "c"}}
    """,
        classifier ? "BertForSequenceClassification" : "BertModel",
        vocab,
        hidden,
        inner,
        layers,
        heads,
        POSITIONS);
  }

  private Map<String, long[]> shapes() {
    String prefix = classifier ? "bert." : "";
    Map<String, long[]> shapes = new LinkedHashMap<>();
    String embeddings = prefix + "embeddings.";
    shapes.put(embeddings + "word_embeddings.weight", new long[] {vocab, hidden});
    shapes.put(embeddings + "position_embeddings.weight", new long[] {POSITIONS, hidden});
    shapes.put(embeddings + "token_type_embeddings.weight", new long[] {2, hidden});
    norm(shapes, embeddings + "LayerNorm");
    for (int layer = 0; layer < layers; layer++) {
      String place = prefix + "encoder.layer." + layer + ".";
      for (String name : new String[] {"query", "key", "value"}) {
        linear(shapes, place + "attention.self." + name, hidden, hidden);
      }
      linear(shapes, place + "attention.output.dense", hidden, hidden);
      norm(shapes, place + "attention.output.LayerNorm");
      linear(shapes, place + "intermediate.dense", inner, hidden);
      linear(shapes, place + "output.dense", hidden, inner);
      norm(shapes, place + "output.LayerNorm");
    }
    if (classifier) {
      linear(shapes, prefix + "pooler.dense", hidden, hidden);
      linear(shapes, "classifier", 3, hidden);
    }
    return shapes;
  }

  private void norm(Map<String, long[]> shapes, String name) {
    shapes.put(name + ".weight", new long[] {hidden});
    shapes.put(name + ".bias", new long[] {hidden});
  }

  private static void linear(Map<String, long[]> shapes, String name, long out, long in) {
    shapes.put(name + ".weight", new long[] {out, in});
    shapes.put(name + ".bias", new long[] {out});
  }
}

package io.turnmill.token.hf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** The published tokenizers of the goldens, put together as {@code tokenizer.json} files. */
final class PublishedTokenizers {
  static final String BERT = "bert-base-uncased";
  static final String PHI = "phi-3-mini-instruct";
  static final String DEEPSEEK = "deepseek-r1-distill-qwen";
  static final String QWEN = "qwen2.5-instruct";
  static final String QWEN_3 = "qwen3";

  private static final Path PROMPT = Path.of("src/test/resources/golden/prompt");
  static final Path FOLDER = Path.of("src/test/resources/golden/tokenizers");
  private static final ObjectMapper JSON = new ObjectMapper();

  private PublishedTokenizers() {}

  /** Writes that tokenizer into the folder. */
  static Path write(String name, Path folder) {
    try {
      Path file = folder.resolve(name + ".json");
      JSON.writeValue(file.toFile(), tree(name));
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ObjectNode tree(String name) {
    return switch (name) {
      case DEEPSEEK -> {
        ObjectNode tree = read(PROMPT.resolve(DEEPSEEK + ".tokenizer.without-model.json.gz"));
        tree.set("model", tree(QWEN).get("model"));
        yield tree;
      }
      case QWEN -> read(PROMPT.resolve(QWEN + ".tokenizer.json.gz"));
      case QWEN_3 -> {
        ObjectNode tree = read(FOLDER.resolve(QWEN_3 + ".tokenizer.without-vocabulary.json.gz"));
        JsonNode other = tree(QWEN).get("model");
        ObjectNode model = (ObjectNode) tree.get("model");
        model.set("vocab", other.get("vocab"));
        ArrayNode merges = model.putArray("merges");
        for (JsonNode merge : other.get("merges")) {
          String[] pair = merge.asText().split(" ", 2);
          merges.addArray().add(pair[0]).add(pair[1]);
        }
        yield tree;
      }
      default -> read(FOLDER.resolve(name + ".tokenizer.json.gz"));
    };
  }

  private static ObjectNode read(Path file) {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return (ObjectNode) JSON.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

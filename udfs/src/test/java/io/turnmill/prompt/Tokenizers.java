package io.turnmill.prompt;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Lays out the published tokenizers of the goldens as model folders hold them. */
public final class Tokenizers {
  public static final String QWEN = "qwen2.5-instruct";
  public static final String DEEPSEEK = "deepseek-r1-distill-qwen";

  private static final ObjectMapper JSON = new ObjectMapper();

  private Tokenizers() {}

  /**
   * Writes {@code tokenizer.json} and {@code tokenizer_config.json} into a new folder below {@code
   * parent}.
   */
  public static Path folder(String name, Path parent) {
    try {
      Path folder = Files.createDirectories(parent.resolve(name));
      ObjectNode whole = (ObjectNode) tree(QWEN + ".tokenizer.json.gz");
      if (name.equals(DEEPSEEK)) {
        ObjectNode other = (ObjectNode) tree(DEEPSEEK + ".tokenizer.without-model.json.gz");
        other.set("model", whole.get("model"));
        whole = other;
      }
      JSON.writeValue(folder.resolve("tokenizer.json").toFile(), whole);
      try (InputStream config = resource(name + ".tokenizer_config.json")) {
        Files.copy(config, folder.resolve("tokenizer_config.json"));
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static com.fasterxml.jackson.databind.JsonNode tree(String name) throws IOException {
    try (InputStream in = new GZIPInputStream(resource(name))) {
      return JSON.readTree(in);
    }
  }

  static InputStream resource(String name) {
    return Tokenizers.class.getResourceAsStream("/golden/prompt/" + name);
  }
}

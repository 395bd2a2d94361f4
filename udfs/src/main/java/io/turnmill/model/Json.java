package io.turnmill.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** JSON files of a model folder: one object each, no key twice, nothing behind it. */
final class Json {
  /** Far beyond any real configuration; keeps a mistaken file from filling the heap. */
  private static final long LIMIT_BYTES = 16L << 20;

  static final JsonFactory FACTORY =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private static final ObjectMapper MAPPER =
      new ObjectMapper(FACTORY).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private Json() {}

  static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  static JsonNode emptyObject() {
    return MAPPER.createObjectNode();
  }

  static JsonNode text(String text) {
    return MAPPER.getNodeFactory().textNode(text);
  }

  /** Reads {@code file}, which holds an object, or says in one line why it cannot be read. */
  static JsonNode readObject(Path file) {
    JsonNode root = read(file);
    if (!root.isObject()) {
      throw new ModelException(file + ": not a JSON object.");
    }
    return root;
  }

  /** Reads {@code file}, or says in one line why it cannot be read. */
  static JsonNode read(Path file) {
    try {
      if (Files.size(file) > LIMIT_BYTES) {
        throw new ModelException(
            "%s: larger than %d MB, so not a configuration.".formatted(file, LIMIT_BYTES >> 20));
      }
      JsonNode root = MAPPER.readTree(Files.readAllBytes(file));
      return root == null ? MAPPER.missingNode() : root;
    } catch (JsonProcessingException e) {
      throw new ModelException("%s: %s".formatted(file, explain(e)));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  static String explain(JsonProcessingException e) {
    String place =
        e.getLocation() == null
            ? ""
            : " (line %d, column %d)"
                .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
    return "not valid JSON%s: %s."
        .formatted(place, e.getOriginalMessage().lines().findFirst().orElse(""));
  }

  static ModelException unreadable(Path file, IOException e) {
    return new ModelException(
        "%s: cannot be read (%s: %s)."
            .formatted(file, e.getClass().getSimpleName(), e.getMessage()));
  }
}

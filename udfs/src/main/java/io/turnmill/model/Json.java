package io.turnmill.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** JSON files of a model folder: one object each, no key twice, nothing after it. */
final class Json {
  /** Far beyond any real configuration; keeps a hostile file from filling the heap. */
  private static final long LIMIT_BYTES = 4L << 20;

  /** The index of a model with a hundred thousand tensors has some 10 MB. */
  private static final long LIMIT_INDEX_BYTES = 32L << 20;

  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

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
      JsonNode root = MAPPER.readTree(bytes(file, LIMIT_BYTES));
      return root == null ? MAPPER.missingNode() : root;
    } catch (JsonProcessingException e) {
      throw new ModelException("%s: %s".formatted(file, explain(e)));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * The object of strings that stands under {@code key}, read without a tree, for files with very
   * many entries; empty if there is none.
   */
  static Map<String, String> readStrings(Path file, String key) {
    Map<String, String> strings = new LinkedHashMap<>();
    try (JsonParser json = FACTORY.createParser(bytes(file, LIMIT_INDEX_BYTES))) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new ModelException(file + ": not a JSON object.");
      }
      while (json.nextToken() != JsonToken.END_OBJECT) {
        boolean wanted = json.currentName().equals(key);
        if (json.nextToken() == JsonToken.START_OBJECT && wanted) {
          while (json.nextToken() != JsonToken.END_OBJECT) {
            if (json.nextToken() != JsonToken.VALUE_STRING) {
              throw new ModelException("%s: %s has a value that is no text.".formatted(file, key));
            }
            strings.put(json.currentName(), json.getText());
          }
        } else {
          json.skipChildren();
        }
      }
      if (json.nextToken() != null) {
        throw new ModelException(file + ": not valid JSON: something follows its object.");
      }
      return strings;
    } catch (JsonProcessingException e) {
      throw new ModelException("%s: %s".formatted(file, explain(e)));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static byte[] bytes(Path file, long limitBytes) throws IOException {
    if (Files.size(file) > limitBytes) {
      throw new ModelException(
          String.format(
              Locale.ROOT,
              "%s: larger than %d MB, so not a configuration.",
              file,
              limitBytes >> 20));
    }
    return Files.readAllBytes(file);
  }

  static String explain(JsonProcessingException e) {
    String place =
        e.getLocation() == null
            ? ""
            : String.format(
                Locale.ROOT,
                " (line %d, column %d)",
                e.getLocation().getLineNr(),
                e.getLocation().getColumnNr());
    return "not valid JSON%s: %s."
        .formatted(place, e.getOriginalMessage().lines().findFirst().orElse(""));
  }

  static ModelException unreadable(Path file, IOException e) {
    return new ModelException(
        "%s: cannot be read (%s: %s)."
            .formatted(file, e.getClass().getSimpleName(), e.getMessage()));
  }
}

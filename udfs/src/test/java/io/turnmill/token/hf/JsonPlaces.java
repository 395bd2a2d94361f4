package io.turnmill.token.hf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Every place in a JSON document, and what the document is with another value there. */
final class JsonPlaces {
  private JsonPlaces() {}

  /** The keys that lead to each, from the root on: names and places in lists. */
  static List<List<Object>> of(JsonNode tree) {
    List<List<Object>> paths = new ArrayList<>();
    collect(tree, List.of(), paths);
    return paths;
  }

  private static void collect(JsonNode node, List<Object> path, List<List<Object>> paths) {
    List<Object> keys = new ArrayList<>();
    node.fieldNames().forEachRemaining(keys::add);
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      keys.add(i);
    }
    for (Object key : keys) {
      List<Object> inner = new ArrayList<>(path);
      inner.add(key);
      paths.add(inner);
      collect(get(node, key), inner, paths);
    }
  }

  private static JsonNode get(JsonNode node, Object key) {
    return key instanceof Integer index ? node.get(index) : node.get((String) key);
  }

  /** A copy with another value at that place, or with none. */
  static JsonNode changed(JsonNode tree, List<Object> path, Optional<JsonNode> value) {
    JsonNode copy = tree.deepCopy();
    JsonNode parent = copy;
    for (Object key : path.subList(0, path.size() - 1)) {
      parent = get(parent, key);
    }
    Object last = path.get(path.size() - 1);
    if (parent instanceof ObjectNode object) {
      object.remove((String) last);
      value.ifPresent(v -> object.set((String) last, v));
    } else if (parent instanceof ArrayNode array) {
      array.remove((int) last);
      value.ifPresent(v -> array.insert((int) last, v));
    }
    return copy;
  }
}

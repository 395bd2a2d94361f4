package io.turnmill.prompt.jinja;

import java.util.HashMap;
import java.util.Map;

/** {@code namespace(…)}: the one object whose attributes a template can set. */
final class Namespace {
  private final Map<String, Object> attributes = new HashMap<>();

  /** Null if there is none; the value none is {@link None}. */
  Object get(String name) {
    return attributes.get(name);
  }

  void set(String name, Object value) {
    attributes.put(name, value);
  }
}

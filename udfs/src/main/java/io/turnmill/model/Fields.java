package io.turnmill.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Typed access to a JSON object that gathers what is wrong instead of stopping at it: {@link
 * #check} then names all of it in one message. A faulty field yields a harmless value meanwhile.
 */
final class Fields {
  /** So that shapes, and products of two of them, stay within a long and an int. */
  private static final int LIMIT = 1 << 24;

  /** So many problems are named, and so much is shown of a wrong value; a file may be hostile. */
  private static final int NAMED = 20;

  private static final int SHOWN_CHARS = 60;

  private final JsonNode object;
  private final Path file;
  private final List<String> problems = new ArrayList<>();

  Fields(JsonNode object, Path file) {
    this.object = object;
    this.file = file;
  }

  JsonNode get(String name) {
    return object.path(name);
  }

  boolean has(String name) {
    return object.hasNonNull(name);
  }

  void problem(String problem) {
    if (problems.size() < NAMED) {
      problems.add(problem);
    }
  }

  /** A value as it stands in the file, or the beginning of a long one. */
  static String shown(JsonNode value) {
    if (value.isContainerNode() && value.size() > 4) {
      return "%s of %d".formatted(value.isArray() ? "a list" : "an object", value.size());
    }
    String text = value.toString();
    return text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "…";
  }

  void check(String summary) {
    if (!problems.isEmpty()) {
      throw new ModelException("%s: %s: %s.".formatted(file, summary, String.join("; ", problems)));
    }
  }

  /** A whole number of at least 1. */
  int size(String name) {
    JsonNode value = get(name);
    if (value.isIntegralNumber() && value.canConvertToInt() && inLimit(value.intValue())) {
      return value.intValue();
    }
    problem(
        value.isMissingNode()
            ? name + " is missing"
            : "%s must be a whole number from 1 to %d, not %s"
                .formatted(name, LIMIT, shown(value)));
    return 1;
  }

  int size(String name, int otherwise) {
    return has(name) ? size(name) : otherwise;
  }

  double positive(String name, double otherwise) {
    if (!has(name)) {
      return otherwise;
    }
    JsonNode value = get(name);
    if (value.isNumber() && value.doubleValue() > 0 && Double.isFinite(value.doubleValue())) {
      return value.doubleValue();
    }
    problem("%s must be a positive number, not %s".formatted(name, shown(value)));
    return otherwise;
  }

  boolean flag(String name, boolean otherwise) {
    if (!has(name)) {
      return otherwise;
    }
    JsonNode value = get(name);
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    problem("%s must be true or false, not %s".formatted(name, shown(value)));
    return otherwise;
  }

  /** A token id below {@code vocabSize}; empty when absent or null. */
  OptionalInt id(String name, int vocabSize) {
    Set<Integer> ids = ids(name, vocabSize);
    if (ids.size() > 1) {
      problem(name + " must be one token id");
    }
    return ids.isEmpty() ? OptionalInt.empty() : OptionalInt.of(ids.iterator().next());
  }

  /** One token id or a list of them, below {@code vocabSize}; empty when absent or null. */
  Set<Integer> ids(String name, int vocabSize) {
    Set<Integer> ids = new LinkedHashSet<>();
    if (has(name)) {
      JsonNode value = get(name);
      for (JsonNode id : value.isArray() ? value : List.of(value)) {
        if (id.isIntegralNumber()
            && id.canConvertToInt()
            && id.intValue() >= 0
            && id.intValue() < vocabSize) {
          ids.add(id.intValue());
        } else {
          problem("%s must be below vocab_size %d, not %s".formatted(name, vocabSize, shown(id)));
          break;
        }
      }
    }
    return ids;
  }

  private static boolean inLimit(int value) {
    return value >= 1 && value <= LIMIT;
  }
}

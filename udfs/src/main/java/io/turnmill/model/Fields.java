package io.turnmill.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Typed access to a JSON object that gathers what is wrong instead of stopping at it: {@link
 * #check} then names all of it in one message. A faulty field yields a harmless value meanwhile.
 */
final class Fields {
  /** So that shapes, and products of two of them, stay within a long and an int. */
  static final int LIMIT = 1 << 24;

  /** Most problems that are named, and characters of a wrong value that are shown. */
  private static final int NAMED = 20;

  private static final int SHOWN_CHARS = 60;

  private final JsonNode object;
  private final Path file;
  private final String prefix;
  private final List<String> problems;

  Fields(JsonNode object, Path file) {
    this(object, file, "", new ArrayList<>());
  }

  private Fields(JsonNode object, Path file, String prefix, List<String> problems) {
    this.object = object;
    this.file = file;
    this.prefix = prefix;
    this.problems = problems;
  }

  /** The fields of an object inside this one; problems go to the same list. */
  Fields inside(String name) {
    return new Fields(get(name), file, prefix + name + ".", problems);
  }

  Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  boolean isEmpty() {
    return object.isEmpty();
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
      return String.format(
          Locale.ROOT, "%s of %d", value.isArray() ? "a list" : "an object", value.size());
    }
    String text = value.toString().replaceAll("\\p{Cntrl}", "?");
    return text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "…";
  }

  private void wrong(String name, String problem) {
    problem(prefix + name + " " + problem);
  }

  boolean sound() {
    return problems.isEmpty();
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
    wrong(
        name,
        value.isMissingNode()
            ? "is missing"
            : String.format(
                Locale.ROOT, "must be a whole number from 1 to %d, not %s", LIMIT, shown(value)));
    return 1;
  }

  int size(String name, int otherwise) {
    return has(name) ? size(name) : otherwise;
  }

  /** A whole number of at least 0. */
  int natural(String name, int otherwise) {
    if (has(name) && get(name).isIntegralNumber() && get(name).asLong() == 0) {
      return 0;
    }
    return size(name, otherwise);
  }

  double positive(String name, double otherwise) {
    double number = number(name, otherwise);
    if (has(name) && get(name).isNumber() && number <= 0) {
      wrong(name, "must be a positive number, not " + shown(get(name)));
      return otherwise;
    }
    return number;
  }

  /** The same where the field must be there. */
  double positive(String name) {
    requirePresent(name);
    return positive(name, 1);
  }

  /** A number from 1 on, which must be there. */
  double atLeastOne(String name) {
    double number = positive(name);
    if (number < 1) {
      wrong(name, "must be at least 1, not " + shown(get(name)));
      return 1;
    }
    return number;
  }

  double number(String name, double otherwise) {
    if (!has(name)) {
      return otherwise;
    }
    JsonNode value = get(name);
    if (value.isNumber() && Double.isFinite(value.doubleValue())) {
      return value.doubleValue();
    }
    wrong(name, "must be a number, not " + shown(value));
    return otherwise;
  }

  /** A list of this many positive numbers, which must be there. */
  List<Double> numbers(String name, int count) {
    JsonNode value = get(name);
    List<Double> numbers = new ArrayList<>();
    for (JsonNode number : value) {
      if (number.isNumber() && number.doubleValue() > 0 && Double.isFinite(number.doubleValue())) {
        numbers.add(number.doubleValue());
      }
    }
    if (value.isArray() && value.size() == count && numbers.size() == count) {
      return List.copyOf(numbers);
    }
    wrong(
        name,
        String.format(
            Locale.ROOT, "must be a list of %d positive numbers, not %s", count, shown(value)));
    return Collections.nCopies(count, 1.0);
  }

  private void requirePresent(String name) {
    if (!has(name)) {
      wrong(name, "is missing");
    }
  }

  boolean flag(String name, boolean otherwise) {
    if (!has(name)) {
      return otherwise;
    }
    JsonNode value = get(name);
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    wrong(name, "must be true or false, not " + shown(value));
    return otherwise;
  }

  /** A token id below {@code vocabSize}; empty when absent or null. */
  OptionalInt id(String name, int vocabSize) {
    Set<Integer> ids = ids(name, vocabSize);
    if (ids.size() > 1) {
      wrong(name, "must be one token id");
    }
    return ids.isEmpty() ? OptionalInt.empty() : OptionalInt.of(ids.iterator().next());
  }

  /** One token id or a list of them, below {@code vocabSize}; empty when absent or null. */
  private Set<Integer> ids(String name, int vocabSize) {
    Set<Integer> ids = ids(name);
    for (int id : ids) {
      if (id >= vocabSize) {
        wrong(name, "must be below vocab_size %s, not %s".formatted(vocabSize, id));
        return Set.of();
      }
    }
    return ids;
  }

  /** One token id or a list of them, in the vocabulary or not; empty when absent or null. */
  Set<Integer> ids(String name) {
    Set<Integer> ids = new LinkedHashSet<>();
    if (has(name)) {
      JsonNode value = get(name);
      for (JsonNode id : value.isArray() ? value : List.of(value)) {
        if (!id.isIntegralNumber() || !id.canConvertToInt() || id.intValue() < 0) {
          wrong(name, "must be a token id or a list of token ids, not " + shown(id));
          break;
        }
        ids.add(id.intValue());
      }
    }
    return ids;
  }

  /** A text. */
  String text(String name, String otherwise) {
    if (!has(name)) {
      return otherwise;
    }
    JsonNode value = get(name);
    if (value.isTextual()) {
      return value.textValue();
    }
    wrong(name, "must be a text, not " + shown(value));
    return otherwise;
  }

  Activation activation(String name, Activation otherwise) {
    String text = text(name, "");
    return text.isEmpty()
        ? otherwise
        : Activation.named(text)
            .orElseGet(
                () -> {
                  problem(
                      "%s%s \"%s\" (supported: %s)"
                          .formatted(prefix, name, text, Activation.supported()));
                  return otherwise;
                });
  }

  private static boolean inLimit(int value) {
    return value >= 1 && value <= LIMIT;
  }
}

package io.turnmill.prompt.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A dict: keys in the order of their first entry, {@code 1}, {@code 1.0} and {@code true} alike.
 */
final class Dict {
  /** A key that is not written the way it is compared: {@code true} and {@code 1.0} for 1. */
  private record Entry(Object key, Object value) {}

  private final Map<Object, Object> entries;

  Dict() {
    this.entries = new LinkedHashMap<>();
  }

  Dict(int capacity) {
    this.entries = new LinkedHashMap<>(capacity * 2);
  }

  /** What equal keys have in common. */
  static Object key(Object value) {
    if (value instanceof Text) {
      return value;
    }
    if (value instanceof Boolean flag) {
      return flag ? 1L : 0L;
    }
    if (value instanceof Double number
        && number == Math.rint(number)
        && Math.abs(number) < 0x1p62) {
      return (long) (double) number;
    }
    if (!isHashable(value)) {
      throw new TemplateException("unhashable type: " + Types.name(value));
    }
    return value;
  }

  /** Whether a value can be a key: not a dict, nor a list, nor a tuple that holds one. */
  static boolean isHashable(Object value) {
    if (value instanceof Seq seq) {
      return seq.kind() == Seq.PythonType.RANGE
          || (seq.kind() == Seq.PythonType.TUPLE
              && seq.items().stream().allMatch(Dict::isHashable));
    }
    return !(value instanceof Dict);
  }

  /** Null if there is none. */
  Object get(Object key) {
    Object found = entries.get(key(key));
    return found instanceof Entry entry ? entry.value() : found;
  }

  boolean contains(Object key) {
    return entries.containsKey(key(key));
  }

  /** For whoever makes the dict; nothing puts into one that a template has seen. */
  void put(Object key, Object value) {
    Object plain = key(key);
    Object before = plain instanceof Long ? entries.get(plain) : null;
    Object shown = before instanceof Entry entry ? entry.key() : before != null ? plain : key;
    entries.put(plain, shown == plain ? value : new Entry(shown, value));
  }

  void putAll(Dict other) {
    other.pairs((key, value) -> put(key, value));
  }

  void pairs(java.util.function.BiConsumer<Object, Object> consumer) {
    entries.forEach(
        (key, value) -> {
          if (value instanceof Entry entry) {
            consumer.accept(entry.key(), entry.value());
          } else {
            consumer.accept(key, value);
          }
        });
  }

  int size() {
    return entries.size();
  }

  List<Object> keys() {
    List<Object> keys = new ArrayList<>(size());
    pairs((key, value) -> keys.add(key));
    return keys;
  }

  List<Object> values() {
    List<Object> values = new ArrayList<>(size());
    pairs((key, value) -> values.add(value));
    return values;
  }

  List<Object> items() {
    List<Object> items = new ArrayList<>(size());
    pairs((key, value) -> items.add(Seq.tuple(key, value)));
    return items;
  }
}

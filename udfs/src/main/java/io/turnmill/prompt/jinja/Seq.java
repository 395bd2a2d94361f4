package io.turnmill.prompt.jinja;

import java.util.Collections;
import java.util.List;

/** A list, a tuple, or what else holds items in order. Its items never change. */
final class Seq {
  enum PythonType {
    LIST,
    TUPLE,
    RANGE,
    KEYS,
    VALUES,
    ITEMS;

    /** Whether items can be taken by index. */
    boolean isIndexed() {
      return this == TUPLE || this == LIST || this == RANGE;
    }
  }

  private final PythonType kind;
  private final List<Object> items;

  private Seq(PythonType kind, List<Object> items) {
    this.kind = kind;
    this.items = items;
  }

  /** The list is taken over, not copied: whoever made it does not change it any more. */
  static Seq of(PythonType kind, List<Object> items) {
    return new Seq(kind, Collections.unmodifiableList(items));
  }

  static Seq list(List<Object> items) {
    return of(PythonType.LIST, items);
  }

  static Seq tuple(Object... items) {
    return of(PythonType.TUPLE, List.of(items));
  }

  PythonType kind() {
    return kind;
  }

  List<Object> items() {
    return items;
  }

  int size() {
    return items.size();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Seq seq && Compare.equal(this, seq);
  }

  @Override
  public int hashCode() {
    int hash = 7;
    for (Object item : items) {
      hash = 31 * hash + Dict.key(item).hashCode();
    }
    return hash;
  }
}

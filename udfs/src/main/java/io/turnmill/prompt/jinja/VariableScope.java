package io.turnmill.prompt.jinja;

import java.util.Arrays;

/** Variables of one block, by number, and the scope around it. */
final class VariableScope {
  private final VariableScope outer;
  private int[] ids = new int[4];
  private Object[] values = new Object[4];
  private int size;

  VariableScope(VariableScope outer) {
    this.outer = outer;
  }

  /** Null if no scope from here outwards has it. */
  Object get(int id) {
    for (VariableScope scope = this; scope != null; scope = scope.outer) {
      for (int i = scope.size - 1; i >= 0; i--) {
        if (scope.ids[i] == id) {
          return scope.values[i];
        }
      }
    }
    return null;
  }

  void set(int id, Object value) {
    for (int i = 0; i < size; i++) {
      if (ids[i] == id) {
        values[i] = value;
        return;
      }
    }
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, size * 2);
      values = Arrays.copyOf(values, size * 2);
    }
    ids[size] = id;
    values[size++] = value;
  }

  /** Forgets its own variables: for the next turn of a loop. */
  void clear() {
    size = 0;
  }
}

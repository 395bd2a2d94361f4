package io.turnmill.prompt.jinja;

import java.util.List;
import java.util.function.ToIntBiFunction;

/** Stable sorting of values, which may find on the way that two of them have no order. */
final class Sorting {
  private Sorting() {}

  static void sort(List<Object> items, ToIntBiFunction<Object, Object> order) {
    try {
      items.sort(order::applyAsInt);
    } catch (IllegalArgumentException e) {
      // An order with not-a-number in it is none; Python's sort gives some sequence then.
      throw new TemplateException("the values to be sorted have no order");
    }
  }
}

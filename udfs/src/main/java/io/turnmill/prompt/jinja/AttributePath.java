package io.turnmill.prompt.jinja;

import java.util.ArrayList;
import java.util.List;

/** {@code attribute="a.b.0"} of filters: what is looked up in each item, step by step. */
record AttributePath(List<Object> steps) {
  static AttributePath of(Object attribute, Run run) {
    if (attribute == null || attribute instanceof None) {
      return new AttributePath(List.of());
    }
    return attribute instanceof Text text
        ? named(text, run)
        : new AttributePath(List.of(attribute));
  }

  private static AttributePath named(Text text, Run run) {
    List<Object> steps = new ArrayList<>();
    for (Object part : Strings.split(text, ".", -1, run)) {
      String name = ((Text) part).value();
      boolean index =
          !name.isEmpty() && name.length() < 10 && name.chars().allMatch(Character::isDigit);
      steps.add(index ? (Object) Long.valueOf(name) : part);
    }
    return new AttributePath(steps);
  }

  Object get(Object item) {
    Object value = item;
    for (Object step : steps) {
      value = Access.item(value, step);
    }
    return value;
  }

  /** As {@link #get}, with another value wherever the way ends; null for none. */
  Object getOr(Object item, Object otherwise) {
    Object value = item;
    for (Object step : steps) {
      value = Access.item(value, step);
      if (value instanceof Undefined && otherwise != null && !(otherwise instanceof None)) {
        value = otherwise;
      }
    }
    return value;
  }
}

package io.turnmill.prompt.jinja;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The arguments of one call: by position, then by name. */
record Args(List<Object> positional, Map<String, Object> named) {
  static final Args NONE = new Args(List.of(), Map.of());

  static Args of(Object... positional) {
    return new Args(List.of(positional), Map.of());
  }

  int count() {
    return positional.size();
  }

  /** Without the first {@code n} positional ones. */
  Args drop(int n) {
    return new Args(positional.subList(n, positional.size()), named);
  }

  /**
   * The values of the named parameters in their order; null for one that is not given.
   *
   * @param required how many of them have to be there
   */
  Object[] bind(String what, int required, String... parameters) {
    if (positional.size() > parameters.length) {
      throw new TemplateException(
          what + " takes at most " + parameters.length + " arguments, not " + positional.size());
    }
    Object[] bound = new Object[parameters.length];
    for (int i = 0; i < positional.size(); i++) {
      bound[i] = positional.get(i);
    }
    if (!named.isEmpty()) {
      bindNamed(what, bound, parameters);
    }
    for (int i = 0; i < required; i++) {
      if (bound[i] == null) {
        throw new TemplateException(what + " needs its argument '" + parameters[i] + "'");
      }
    }
    return bound;
  }

  private void bindNamed(String what, Object[] bound, String... parameters) {
    Map<String, Object> left = new LinkedHashMap<>(named);
    for (int i = 0; i < parameters.length; i++) {
      Object value = left.remove(parameters[i]);
      if (value != null) {
        if (bound[i] != null) {
          throw new TemplateException(what + " is given '" + parameters[i] + "' twice");
        }
        bound[i] = value;
      }
    }
    if (!left.isEmpty()) {
      throw new TemplateException(what + " is given an argument by a name it does not know");
    }
  }

  /** As {@link #bind}, for what takes its arguments by position only. */
  Object[] bindPositional(String what, int required, String... parameters) {
    if (!named.isEmpty()) {
      throw new TemplateException(what + " takes no arguments by name");
    }
    return bind(what, required, parameters);
  }
}

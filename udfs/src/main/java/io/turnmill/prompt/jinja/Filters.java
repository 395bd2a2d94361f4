package io.turnmill.prompt.jinja;

import java.util.HashMap;
import java.util.Map;

/** What can stand behind {@code |}. */
final class Filters {
  interface Filter {
    Object apply(Object value, Args args, Run run);
  }

  private static final Map<String, Filter> FILTERS = new HashMap<>();

  static {
    TextFilters.register(FILTERS);
    SequenceFilters.register(FILTERS);
    SelectFilters.register(FILTERS);
    SortFilters.register(FILTERS);
    NumberFilters.register(FILTERS);
    FILTERS.put("tojson", ToJson::dump);
  }

  private Filters() {}

  /** Null if there is none of that name. */
  static Filter find(String name) {
    return FILTERS.get(name);
  }
}

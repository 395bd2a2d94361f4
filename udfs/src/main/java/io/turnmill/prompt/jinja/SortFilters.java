package io.turnmill.prompt.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Filters that put items in order. */
final class SortFilters {
  /** An item beside what it is sorted by. */
  private record Keyed(Object key, Object item) {}

  private SortFilters() {}

  static void register(Map<String, Filters.Filter> filters) {
    filters.put("sort", SortFilters::sort);
    filters.put("dictsort", SortFilters::dictsort);
  }

  /** Strings are compared without their case, unless it matters. */
  static Object key(Object value, boolean caseSensitive) {
    return value instanceof Text text && !caseSensitive
        ? text.changed(Casing.lower(text.value()))
        : value;
  }

  private static List<Object> sorted(List<Keyed> keyed, boolean reverse) {
    List<Object> order = new ArrayList<>(keyed);
    // Python keeps equal items in their order when it sorts backwards, too.
    Sorting.sort(
        order,
        (a, b) -> {
          int less = Compare.order(((Keyed) a).key(), ((Keyed) b).key());
          return reverse ? -less : less;
        });
    return order;
  }

  private static List<Object> items(List<Object> keyed) {
    List<Object> items = new ArrayList<>(keyed.size());
    keyed.forEach(one -> items.add(((Keyed) one).item()));
    return items;
  }

  private static Object sort(Object value, Args args, Run run) {
    Object[] bound = args.bind("sort", 0, "reverse", "case_sensitive", "attribute");
    boolean sensitive = flag(bound[1]);
    List<AttributePath> paths = new ArrayList<>();
    if (bound[2] instanceof Text text) {
      Strings.split(text, ",", -1, run).forEach(part -> paths.add(AttributePath.of(part, run)));
    } else {
      paths.add(AttributePath.of(bound[2], run));
    }
    List<Keyed> keyed = new ArrayList<>();
    for (Object item : Iteration.list(value, run)) {
      List<Object> keys = new ArrayList<>();
      paths.forEach(path -> keys.add(key(path.get(item), sensitive)));
      keyed.add(new Keyed(Seq.list(keys), item));
    }
    return Seq.list(items(sorted(keyed, flag(bound[0]))));
  }

  private static boolean flag(Object value) {
    return value != null && Types.truth(value);
  }

  private static Object dictsort(Object value, Args args, Run run) {
    Object[] bound = args.bind("dictsort", 0, "case_sensitive", "by", "reverse");
    String by = bound[1] == null ? "key" : bound[1] instanceof Text text ? text.value() : "";
    if (!by.equals("key") && !by.equals("value")) {
      throw new TemplateException("dictsort sorts by 'key' or 'value'");
    }
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    } else if (!(value instanceof Dict dict)) {
      throw new TemplateException("dictsort needs a mapping, not " + Types.name(value));
    } else {
      List<Keyed> keyed = new ArrayList<>();
      dict.pairs(
          (key, one) ->
              keyed.add(
                  new Keyed(
                      key(by.equals("key") ? key : one, flag(bound[0])), Seq.tuple(key, one))));
      return Seq.list(items(sorted(keyed, flag(bound[2]))));
    }
  }
}

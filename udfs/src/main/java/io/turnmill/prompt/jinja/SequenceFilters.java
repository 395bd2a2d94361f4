package io.turnmill.prompt.jinja;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Filters on the items of a value. */
final class SequenceFilters {
  private SequenceFilters() {}

  static void register(Map<String, Filters.Filter> filters) {
    filters.put("length", SequenceFilters::length);
    filters.put("count", SequenceFilters::length);
    filters.put("first", SequenceFilters::first);
    filters.put("last", SequenceFilters::last);
    filters.put("list", SequenceFilters::list);
    filters.put("reverse", SequenceFilters::reverse);
    filters.put("items", SequenceFilters::items);
    filters.put("default", SequenceFilters::defaults);
    filters.put("d", SequenceFilters::defaults);
  }

  private static Object length(Object value, Args args, Run run) {
    args.bindPositional("length", 0);
    int size = Iteration.size(value);
    if (size < 0) {
      throw new TemplateException("a " + Types.name(value) + " has no length");
    }
    return (long) size;
  }

  private static Object first(Object value, Args args, Run run) {
    args.bind("first", 0);
    Iterator<Object> items = Iteration.of(value);
    return items.hasNext() ? items.next() : new Undefined("there is no first item");
  }

  private static Object last(Object value, Args args, Run run) {
    args.bind("last", 0);
    Iterator<Object> items = reversed(value, run);
    return items.hasNext() ? items.next() : new Undefined("there is no last item");
  }

  /** What Python's {@code reversed} takes: not generators. */
  private static Iterator<Object> reversed(Object value, Run run) {
    if (!(value instanceof Seq
        || value instanceof Text
        || value instanceof Dict
        || value instanceof Undefined)) {
      throw new TemplateException("a " + Types.name(value) + " has no last item");
    }
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    List<Object> items = Iteration.list(value, run);
    Collections.reverse(items);
    return items.iterator();
  }

  private static Object list(Object value, Args args, Run run) {
    args.bind("list", 0);
    return Seq.list(Iteration.list(value, run));
  }

  private static Object reverse(Object value, Args args, Run run) {
    args.bind("reverse", 0);
    if (value instanceof Text text) {
      return Access.slice(text, None.NONE, None.NONE, -1L, run);
    }
    List<Object> items = Iteration.list(value, run);
    Collections.reverse(items);
    return value instanceof Lazy ? Seq.list(items) : new Lazy(items.iterator());
  }

  private static Object items(Object value, Args args, Run run) {
    args.bind("items", 0);
    if (value instanceof Dict dict) {
      return new Lazy(dict.items().iterator());
    }
    if (value instanceof Undefined) {
      return new Lazy(Collections.emptyIterator());
    }
    return new Lazy(
        Deferred.of(
            () -> {
              throw new TemplateException("items needs a mapping, not " + Types.name(value));
            }));
  }

  private static Object defaults(Object value, Args args, Run run) {
    Object[] bound = args.bind("default", 0, "default_value", "boolean");
    boolean byTruth = bound[1] != null && Types.truth(bound[1]);
    if (value instanceof Undefined || (byTruth && !Types.truth(value))) {
      return bound[0] == null ? Text.EMPTY : bound[0];
    }
    return value;
  }
}

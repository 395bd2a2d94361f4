package io.turnmill.prompt.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Filters that take items of a value one by one, when they are asked for. */
final class SelectFilters {
  private SelectFilters() {}

  static void register(Map<String, Filters.Filter> filters) {
    filters.put("map", SelectFilters::map);
    filters.put("select", (value, args, run) -> select(value, args, false, true, run));
    filters.put("reject", (value, args, run) -> select(value, args, false, false, run));
    filters.put("selectattr", (value, args, run) -> select(value, args, true, true, run));
    filters.put("rejectattr", (value, args, run) -> select(value, args, true, false, run));
    filters.put("unique", SelectFilters::unique);
  }

  private static Object map(Object value, Args args, Run run) {
    return new Lazy(
        Deferred.of(
            () -> {
              if (!Types.truth(value)) {
                return Collections.emptyIterator();
              }
              UnaryOperator<Object> function = function(args, run);
              Iterator<Object> items = Iteration.of(value);
              return new Mapped(items, function, run);
            }));
  }

  private static UnaryOperator<Object> function(Args args, Run run) {
    if (args.count() == 0 && args.named().containsKey("attribute")) {
      Map<String, Object> named = new HashMap<>(args.named());
      AttributePath path = AttributePath.of(named.remove("attribute"), run);
      Object otherwise = named.remove("default");
      new Args(List.of(), named).bind("map", 0);
      return item -> path.getOr(item, otherwise);
    } else if (args.count() == 0) {
      throw new TemplateException("map needs a filter or an attribute");
    }
    String name = name(args.positional().get(0), "filter");
    Filters.Filter filter = Filters.find(name);
    if (filter == null) {
      throw new TemplateException("there is no filter named as the argument of map says");
    }
    Args rest = args.drop(1);
    return item -> filter.apply(item, rest, run);
  }

  private static String name(Object value, String what) {
    return Types.text(value, "the name of a " + what).value();
  }

  private static Object select(
      Object value, Args args, boolean attribute, boolean wanted, Run run) {
    return new Lazy(
        Deferred.of(
            () -> {
              if (!Types.truth(value)) {
                return Collections.emptyIterator();
              }
              Predicate<Object> test = test(args, attribute, run);
              return new Selected(Iteration.of(value), item -> test.test(item) == wanted, run);
            }));
  }

  private static Predicate<Object> test(Args args, boolean attribute, Run run) {
    if (attribute && args.count() == 0) {
      throw new TemplateException("selectattr and rejectattr need the name of an attribute");
    }
    AttributePath path = AttributePath.of(attribute ? args.positional().get(0) : null, run);
    int used = attribute ? 1 : 0;
    if (args.count() == used) {
      return item -> Types.truth(path.get(item));
    }
    Tests.Test test = Tests.find(name(args.positional().get(used), "test"));
    if (test == null) {
      throw new TemplateException("there is no test named as the argument of a filter says");
    }
    Args rest = args.drop(used + 1);
    return item -> test.holds(path.get(item), rest, run);
  }

  private static Object unique(Object value, Args args, Run run) {
    Object[] bound = args.bind("unique", 0, "case_sensitive", "attribute");
    boolean sensitive = bound[0] != null && Types.truth(bound[0]);
    return new Lazy(
        Deferred.of(
            () -> {
              AttributePath path = AttributePath.of(bound[1], run);
              Set<Object> seen = new HashSet<>();
              Predicate<Object> isNew =
                  item -> seen.add(Dict.key(SortFilters.key(path.get(item), sensitive)));
              return new Selected(Iteration.of(value), isNew, run);
            }));
  }

  private record Mapped(Iterator<Object> items, UnaryOperator<Object> function, Run run)
      implements Iterator<Object> {
    @Override
    public boolean hasNext() {
      return items.hasNext();
    }

    @Override
    public Object next() {
      run.step();
      return function.apply(items.next());
    }
  }

  private static final class Selected implements Iterator<Object> {
    private final Iterator<Object> items;
    private final Predicate<Object> wanted;
    private final Run run;
    private final List<Object> ahead = new ArrayList<>(1);

    Selected(Iterator<Object> items, Predicate<Object> wanted, Run run) {
      this.items = items;
      this.wanted = wanted;
      this.run = run;
    }

    @Override
    public boolean hasNext() {
      while (ahead.isEmpty() && items.hasNext()) {
        run.step();
        Object item = items.next();
        if (wanted.test(item)) {
          ahead.add(item);
        }
      }
      return !ahead.isEmpty();
    }

    @Override
    public Object next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ahead.remove(0);
    }
  }
}

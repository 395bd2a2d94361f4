package io.turnmill.prompt.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** The functions that every template can call. */
final class Globals {
  /** Items that Jinja's sandbox allows a range. */
  private static final int MAX_RANGE = 100_000;

  private static final Map<String, Invocable> FUNCTIONS =
      Map.of(
          "range", new Method("range", Globals::range),
          "dict", new Method("dict", Globals::dict),
          "namespace", new Method("namespace", Globals::namespace),
          "raise_exception", new Method("raise_exception", Globals::raise),
          "strftime_now", new Method("strftime_now", Globals::now));

  private Globals() {}

  /** Null if there is none of that name. */
  static Object find(String name) {
    return FUNCTIONS.get(name);
  }

  private static Object range(Args args, Run run) {
    Object[] bound = args.bindPositional("range", 1, "start", "stop", "step");
    long first = bound[1] == null ? 0 : Types.integer(bound[0], "the start of a range");
    long last = Types.integer(bound[1] == null ? bound[0] : bound[1], "the end of a range");
    long step = bound[2] == null ? 1 : Types.integer(bound[2], "the step of a range");
    if (step == 0) {
      throw new TemplateException("the step of a range cannot be zero");
    }
    List<Object> items = new ArrayList<>();
    for (long i = first; step > 0 ? i < last : i > last; i += step) {
      if (items.size() == MAX_RANGE) {
        throw new TemplateException("a range of more than " + MAX_RANGE + " items");
      }
      run.step();
      items.add(i);
    }
    return Seq.of(Seq.PythonType.RANGE, items);
  }

  private static Dict dict(Args args, Run run) {
    Object given = new Args(args.positional(), Map.of()).bind("dict", 0, "mapping")[0];
    Dict dict = new Dict();
    if (given instanceof Dict other) {
      dict.putAll(other);
    } else if (given instanceof Undefined undefined) {
      throw undefined.error();
    } else if (given != null) {
      Iterator<Object> pairs = Iteration.of(given);
      while (pairs.hasNext()) {
        List<Object> pair = Iteration.list(pairs.next(), run);
        if (pair.size() != 2) {
          throw new TemplateException("dict needs pairs");
        }
        dict.put(pair.get(0), pair.get(1));
      }
    }
    args.named().forEach((name, value) -> dict.put(Text.template(name), value));
    return dict;
  }

  private static Namespace namespace(Args args, Run run) {
    Namespace namespace = new Namespace();
    dict(args, run)
        .pairs(
            (key, value) -> {
              if (key instanceof Text text) {
                namespace.set(text.value(), value);
              }
            });
    return namespace;
  }

  private static Object raise(Args args, Run run) {
    Object message = args.bind("raise_exception", 1, "message")[0];
    throw TemplateRefused.because(Printer.text(message, run));
  }

  private static Object now(Args args, Run run) {
    Text format = Types.text(args.bind("strftime_now", 1, "format")[0], "a date format");
    return Strftime.format(format, run.clock());
  }
}

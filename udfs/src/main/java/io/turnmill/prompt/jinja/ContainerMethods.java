package io.turnmill.prompt.jinja;

import java.util.List;
import java.util.Set;

/** The methods of dicts, lists and tuples that change nothing; the others are unsafe. */
final class ContainerMethods {
  private static final Set<String> DICT_CHANGES =
      Set.of("clear", "pop", "popitem", "setdefault", "update");
  private static final Set<String> LIST_CHANGES =
      Set.of("append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove");
  private static final Set<String> NUMBER_ATTRIBUTES =
      Set.of(
          "real",
          "imag",
          "numerator",
          "denominator",
          "conjugate",
          "bit_length",
          "bit_count",
          "to_bytes",
          "from_bytes",
          "as_integer_ratio",
          "is_integer",
          "hex",
          "fromhex");
  private static final Set<String> GENERATOR_ATTRIBUTES = Set.of("send", "throw", "close");

  private ContainerMethods() {}

  /** Null if a dict has no such method. */
  static Object ofDict(Dict dict, String name) {
    return switch (name) {
      case "get" -> new Method(name, (args, run) -> get(dict, args));
      case "items" -> view(name, Seq.Kind.ITEMS, dict);
      case "keys" -> view(name, Seq.Kind.KEYS, dict);
      case "values" -> view(name, Seq.Kind.VALUES, dict);
      case "copy" -> new Method(name, (args, run) -> copy(dict, args));
      case "fromkeys" -> throw new TemplateException("the method fromkeys is not supported");
      default -> DICT_CHANGES.contains(name) ? unsafe("dict", name) : null;
    };
  }

  private static Method view(String name, Seq.Kind kind, Dict dict) {
    return new Method(
        name,
        (args, run) -> {
          args.bindPositional(name, 0);
          run.made(dict.size());
          List<Object> items =
              switch (kind) {
                case KEYS -> dict.keys();
                case VALUES -> dict.values();
                default -> dict.items();
              };
          return Seq.of(kind, items);
        });
  }

  private static Object get(Dict dict, Args args) {
    Object[] bound = args.bindPositional("get", 1, "key", "default");
    Object value = dict.get(bound[0]);
    return value != null ? value : bound[1] != null ? bound[1] : None.NONE;
  }

  private static Dict copy(Dict dict, Args args) {
    args.bindPositional("copy", 0);
    return dict;
  }

  /** Null if a sequence of this kind has no such method. */
  static Object ofSeq(Seq seq, String name) {
    Seq.Kind kind = seq.kind();
    if (kind == Seq.Kind.GROUP && (name.equals("grouper") || name.equals("list"))) {
      return seq.items().get(name.equals("grouper") ? 0 : 1);
    }
    if (kind == Seq.Kind.LIST && LIST_CHANGES.contains(name)) {
      return unsafe("list", name);
    }
    if (!kind.isIndexed()) {
      return viewAttribute(kind, name);
    }
    return switch (name) {
      case "index" -> new Method(name, (args, run) -> index(seq, args, run));
      case "count" -> new Method(name, (args, run) -> count(seq, args, run));
      case "copy" ->
          kind == Seq.Kind.LIST ? new Method(name, (args, run) -> list(seq, args)) : null;
      case "start", "stop", "step" -> kind == Seq.Kind.RANGE ? refuse(name) : null;
      default -> null;
    };
  }

  private static Object viewAttribute(Seq.Kind kind, String name) {
    boolean known =
        name.equals("mapping") || (name.equals("isdisjoint") && kind != Seq.Kind.VALUES);
    return known ? refuse(name) : null;
  }

  private static Seq list(Seq seq, Args args) {
    args.bindPositional("copy", 0);
    return seq;
  }

  private static Object index(Seq seq, Args args, Run run) {
    Object[] bound = args.bindPositional("index", 1, "value", "start", "stop");
    int size = seq.size();
    int from = bound[1] == null ? 0 : position(bound[1], size);
    int to = bound[2] == null ? size : Math.min(size, position(bound[2], size));
    for (int i = from; i < to; i++) {
      run.step();
      if (Compare.equal(seq.items().get(i), bound[0])) {
        return (long) i;
      }
    }
    throw new TemplateException("index does not find what it looks for");
  }

  private static int position(Object given, int size) {
    int at = Types.index(given, "a position");
    return at < 0 ? Math.max(0, at + size) : at;
  }

  private static Object count(Seq seq, Args args, Run run) {
    Object wanted = args.bindPositional("count", 1, "value")[0];
    long count = 0;
    for (Object item : seq.items()) {
      run.step();
      if (Compare.equal(item, wanted)) {
        count++;
      }
    }
    return count;
  }

  /** Attributes that Python has and this interpreter has not: an error, never a guess. */
  static Object unsupported(Object value, String name) {
    boolean known =
        Types.isNumber(value)
            ? NUMBER_ATTRIBUTES.contains(name)
            : GENERATOR_ATTRIBUTES.contains(name);
    return known ? refuse(name) : null;
  }

  private static Object refuse(String name) {
    throw new TemplateException("the attribute '" + name + "' is not supported");
  }

  private static Undefined unsafe(String type, String name) {
    return new Undefined("access to '" + name + "' of a " + type + " is unsafe: it changes it");
  }
}

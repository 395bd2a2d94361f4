package io.turnmill.prompt.jinja;

import java.util.List;
import java.util.Set;

/** The methods of dicts, lists and tuples that change nothing; the others are unsafe. */
final class ContainerMethods {
  private static final Set<String> DICT_CHANGES =
      Set.of("clear", "pop", "popitem", "setdefault", "update");
  private static final Set<String> LIST_CHANGES =
      Set.of("append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove");

  private ContainerMethods() {}

  /** Null if a dict has no such method. */
  static Object ofDict(Dict dict, String name) {
    return switch (name) {
      case "get" -> new Method(name, (args, run) -> get(dict, args));
      case "items" -> view(name, Seq.PythonType.ITEMS, dict);
      case "keys" -> view(name, Seq.PythonType.KEYS, dict);
      case "values" -> view(name, Seq.PythonType.VALUES, dict);
      case "copy" -> new Method(name, (args, run) -> copy(dict, args));
      default -> DICT_CHANGES.contains(name) ? unsafe("dict", name) : null;
    };
  }

  private static Method view(String name, Seq.PythonType kind, Dict dict) {
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
    Seq.PythonType kind = seq.kind();
    if (kind == Seq.PythonType.LIST && LIST_CHANGES.contains(name)) {
      return unsafe("list", name);
    }
    if (!kind.isIndexed()) {
      return null;
    }
    return switch (name) {
      case "index" -> new Method(name, (args, run) -> index(seq, args, run));
      case "count" -> new Method(name, (args, run) -> count(seq, args, run));
      case "copy" ->
          kind == Seq.PythonType.LIST ? new Method(name, (args, run) -> list(seq, args)) : null;
      default -> null;
    };
  }

  private static Seq list(Seq seq, Args args) {
    args.bindPositional("copy", 0);
    return seq;
  }

  private static Object index(Seq seq, Args args, Run run) {
    Object wanted = args.bindPositional("index", 1, "value")[0];
    for (int i = 0; i < seq.size(); i++) {
      run.step();
      if (Compare.equal(seq.items().get(i), wanted)) {
        return (long) i;
      }
    }
    throw new TemplateException("index does not find what it looks for");
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

  private static Undefined unsafe(String type, String name) {
    return new Undefined("access to '" + name + "' of a " + type + " is unsafe: it changes it");
  }
}

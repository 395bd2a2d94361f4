package io.turnmill.prompt.jinja;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/** What can stand behind {@code is}. */
final class Tests {
  interface Test {
    boolean holds(Object value, Args args, Run run);
  }

  private static final Map<String, Test> TESTS = new HashMap<>();

  static {
    plain("defined", value -> !(value instanceof Undefined));
    plain("undefined", value -> value instanceof Undefined);
    plain("none", value -> value instanceof None);
    plain("boolean", value -> value instanceof Boolean);
    plain("true", value -> Boolean.TRUE.equals(value));
    plain("false", value -> Boolean.FALSE.equals(value));
    plain("integer", Types::isInteger);
    plain("float", value -> value instanceof Double);
    plain("number", Types::isNumber);
    plain("string", value -> value instanceof Text);
    plain("mapping", value -> value instanceof Dict);
    plain("iterable", Iteration::possible);
    plain("sequence", Tests::isSequence);
    plain("callable", Tests::isCallable);
    plain("escaped", value -> value instanceof Text text && text.isSafe());
    plain("odd", value -> Compare.equal(remainder(value, 2L), 1L));
    plain("even", value -> Compare.equal(remainder(value, 2L), 0L));
    TESTS.put("lower", (value, args, run) -> isCase("lower", value, args, run));
    TESTS.put("upper", (value, args, run) -> isCase("upper", value, args, run));
    with("divisibleby", (value, by) -> Compare.equal(remainder(value, by), 0L));
    with("sameas", Tests::same);
    with("eq", Compare::equal, "==", "equalto");
    with("ne", (a, b) -> !Compare.equal(a, b), "!=");
    with("lt", (a, b) -> Compare.ordered("<", a, b), "<", "lessthan");
    with("le", (a, b) -> Compare.ordered("<=", a, b), "<=");
    with("gt", (a, b) -> Compare.ordered(">", a, b), ">", "greaterthan");
    with("ge", (a, b) -> Compare.ordered(">=", a, b), ">=");
    plain("filter", name -> Filters.find(nameOf(name)) != null);
    plain("test", name -> find(nameOf(name)) != null);
    TESTS.put(
        "in",
        (value, args, run) -> Compare.contains(args.bind("the test in", 1, "seq")[0], value, run));
  }

  private Tests() {}

  /** Null if there is none of that name. */
  static Test find(String name) {
    return TESTS.get(name);
  }

  private static void plain(String name, Predicate<Object> test) {
    TESTS.put(
        name,
        (value, args, run) -> {
          args.bind("the test " + name, 0);
          return test.test(value);
        });
  }

  private static void with(String name, BiPredicate<Object, Object> test, String... others) {
    Test found =
        (value, args, run) -> test.test(value, args.bind("the test " + name, 1, "other")[0]);
    TESTS.put(name, found);
    for (String other : others) {
      TESTS.put(other, found);
    }
  }

  private static String nameOf(Object name) {
    return Dict.key(name) instanceof Text text ? text.value() : "";
  }

  private static Object remainder(Object value, Object by) {
    if (!Types.isNumber(value) || !Types.isNumber(by)) {
      throw new TemplateException("there is no remainder of a " + Types.name(value));
    }
    return Numbers.modulo(value, by);
  }

  private static boolean isSequence(Object value) {
    return value instanceof Text
        || value instanceof Dict
        || (value instanceof Seq seq && seq.kind().isIndexed());
  }

  private static boolean isCallable(Object value) {
    return value instanceof Invocable || value instanceof LoopState || value instanceof Undefined;
  }

  private static boolean isCase(String name, Object value, Args args, Run run) {
    args.bind("the test " + name, 0);
    return Casing.is(Printer.text(value, run).value(), name.equals("upper"));
  }

  /** The identity of objects that have one: {@code true}, {@code none}, and the object itself. */
  private static boolean same(Object a, Object b) {
    if (a instanceof Boolean || a instanceof None) {
      return a.equals(b);
    }
    if (a instanceof Text || Types.isNumber(a)) {
      if (a == b || !Compare.equal(a, b) || a.getClass() != b.getClass()) {
        return a == b;
      }
      throw new TemplateException("the identity of a " + Types.name(a) + " is not defined");
    }
    return a == b;
  }
}

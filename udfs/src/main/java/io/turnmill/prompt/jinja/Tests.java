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
    plain("odd", value -> Compare.equal(remainder(value, 2L), 1L));
    plain("even", value -> Compare.equal(remainder(value, 2L), 0L));
    with("divisibleby", (value, by) -> Compare.equal(remainder(value, by), 0L));
    with("eq", Compare::equal, "==", "equalto");
    with("ne", (a, b) -> !Compare.equal(a, b), "!=");
    with("lt", (a, b) -> Compare.ordered("<", a, b), "<", "lessthan");
    with("le", (a, b) -> Compare.ordered("<=", a, b), "<=");
    with("gt", (a, b) -> Compare.ordered(">", a, b), ">", "greaterthan");
    with("ge", (a, b) -> Compare.ordered(">=", a, b), ">=");
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
}

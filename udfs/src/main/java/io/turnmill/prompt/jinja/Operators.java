package io.turnmill.prompt.jinja;

import java.util.ArrayList;
import java.util.List;

/** The arithmetic operators on all kinds of values. */
final class Operators {
  private Operators() {}

  static Object binary(String operator, Object a, Object b, Run run) {
    if (Types.isNumber(a) && Types.isNumber(b)) {
      return numbers(operator, a, b);
    }
    if (a instanceof Undefined undefined) {
      throw undefined.error();
    } else if (b instanceof Undefined undefined) {
      throw undefined.error();
    }
    Object result =
        switch (operator) {
          case "+" -> add(a, b, run);
          case "*" ->
              a instanceof Long || a instanceof Boolean ? multiply(b, a, run) : multiply(a, b, run);
          default -> null;
        };
    if (result == null) {
      throw new TemplateException(
          "no operator " + operator + " for " + Types.name(a) + " and " + Types.name(b));
    }
    return result;
  }

  private static Object numbers(String operator, Object a, Object b) {
    return switch (operator) {
      case "+" -> Numbers.add(a, b);
      case "-" -> Numbers.subtract(a, b);
      case "*" -> Numbers.multiply(a, b);
      case "/" -> Numbers.divide(a, b);
      case "//" -> Numbers.floorDivide(a, b);
      case "%" -> Numbers.modulo(a, b);
      default -> throw new IllegalStateException("This is a bug: operator " + operator);
    };
  }

  private static Object add(Object a, Object b, Run run) {
    if (a instanceof Text left && b instanceof Text right) {
      return Strings.concat(left, right, run);
    }
    if (a instanceof Seq left && b instanceof Seq right) {
      boolean joins = left.kind() == Seq.PythonType.TUPLE || left.kind() == Seq.PythonType.LIST;
      if (joins && left.kind() == right.kind()) {
        run.made((long) left.size() + right.size());
        List<Object> items = new ArrayList<>(left.size() + right.size());
        items.addAll(left.items());
        items.addAll(right.items());
        return Seq.of(left.kind(), items);
      }
    }
    return null;
  }

  private static Object multiply(Object value, Object by, Run run) {
    if (!(by instanceof Long || by instanceof Boolean)) {
      return null;
    }
    int times = Types.index(by, "how often something is repeated");
    if (value instanceof Text text) {
      return Strings.repeat(text, times, run);
    }
    if (value instanceof Seq seq
        && (seq.kind() == Seq.PythonType.TUPLE || seq.kind() == Seq.PythonType.LIST)) {
      run.made((long) seq.size() * Math.max(0, times));
      List<Object> items = new ArrayList<>();
      for (int i = 0; i < times && seq.size() > 0; i++) {
        items.addAll(seq.items());
      }
      return Seq.of(seq.kind(), items);
    }
    return null;
  }

  static Object sign(boolean minus, Object value) {
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    } else if (!Types.isNumber(value)) {
      throw new TemplateException("no sign for " + Types.name(value));
    }
    if (minus) {
      return Numbers.negate(value);
    }
    return value instanceof Boolean ? Numbers.normal(Numbers.big(value)) : value;
  }
}

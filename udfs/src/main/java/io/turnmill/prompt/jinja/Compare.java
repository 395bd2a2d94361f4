package io.turnmill.prompt.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;

/** Equality, order and membership, as Python has them. */
final class Compare {
  private Compare() {}

  static boolean equal(Object a, Object b) {
    if (a == b) {
      return !(a instanceof Double number && number.isNaN());
    } else if (a instanceof Text text) {
      return text.equals(b);
    } else if (Types.isNumber(a)) {
      return Types.isNumber(b) && !nan(a) && !nan(b) && numbers(a, b) == 0;
    } else if (a instanceof Seq left) {
      return b instanceof Seq right && left.kind() == right.kind() && equalItems(left, right);
    } else if (a instanceof Dict left) {
      return b instanceof Dict right && equalEntries(left, right);
    }
    return a.equals(b);
  }

  private static boolean equalItems(Seq a, Seq b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (int i = 0; i < a.size(); i++) {
      if (!same(a.items().get(i), b.items().get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean equalEntries(Dict a, Dict b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (Object key : a.keys()) {
      Object other = b.get(key);
      if (other == null || !same(a.get(key), other)) {
        return false;
      }
    }
    return true;
  }

  /** Equality inside containers, where an object equals itself even if it is not a number. */
  private static boolean same(Object a, Object b) {
    return a == b || equal(a, b);
  }

  private static boolean nan(Object value) {
    return value instanceof Double number && number.isNaN();
  }

  /** For two numbers, neither of them NaN. */
  static int numbers(Object a, Object b) {
    if (a instanceof Long left && b instanceof Long right) {
      return Long.compare(left, right);
    }
    boolean infinite =
        (a instanceof Double x && x.isInfinite()) || (b instanceof Double y && y.isInfinite());
    if (infinite || (a instanceof Double && b instanceof Double)) {
      double left = Numbers.toDouble(a);
      double right = Numbers.toDouble(b);
      return left < right ? -1 : left > right ? 1 : 0;
    }
    return exact(a).compareTo(exact(b));
  }

  private static BigDecimal exact(Object number) {
    if (number instanceof Double value) {
      return new BigDecimal(value);
    }
    BigInteger value = Numbers.big(number);
    return new BigDecimal(value);
  }

  /** Less than zero, zero, more than zero; an error for what has no order. */
  static int order(Object a, Object b) {
    if (a instanceof Text left && b instanceof Text right) {
      return left.compareTo(right);
    } else if (Types.isNumber(a) && Types.isNumber(b)) {
      return numbers(a, b);
    } else if (a instanceof Seq left
        && b instanceof Seq right
        && left.kind() == right.kind()
        && (left.kind() == Seq.PythonType.TUPLE || left.kind() == Seq.PythonType.LIST)) {
      return order(left.items(), right.items());
    } else if (a instanceof Undefined undefined) {
      throw undefined.error();
    } else if (b instanceof Undefined undefined) {
      throw undefined.error();
    }
    throw new TemplateException(
        "there is no order between " + Types.name(a) + " and " + Types.name(b));
  }

  static int order(List<Object> a, List<Object> b) {
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      if (!same(a.get(i), b.get(i))) {
        return order(a.get(i), b.get(i));
      }
    }
    return Integer.compare(a.size(), b.size());
  }

  /** One of {@code < <= > >=}. */
  static boolean ordered(String operator, Object a, Object b) {
    if (Types.isNumber(a) && Types.isNumber(b) && (nan(a) || nan(b))) {
      return false;
    }
    int order = order(a, b);
    return switch (operator) {
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      default -> order >= 0;
    };
  }

  /** {@code item in container}. */
  static boolean contains(Object container, Object item, Run run) {
    if (container instanceof Text text) {
      return text.value().contains(Types.text(item, "what is looked for in a string").value());
    } else if (container instanceof Dict dict) {
      return dict.contains(item);
    } else if (container instanceof Seq seq && seq.kind() == Seq.PythonType.KEYS) {
      Dict.key(item);
    }
    var items = Iteration.of(container);
    while (items.hasNext()) {
      run.step();
      if (same(items.next(), item)) {
        return true;
      }
    }
    return false;
  }
}

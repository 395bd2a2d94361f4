package io.turnmill.prompt.jinja;

import java.math.BigInteger;

/** Kinds of values: their names in messages, their truth. */
final class Types {
  private Types() {}

  static String name(Object value) {
    if (value instanceof None) {
      return "none";
    } else if (value instanceof Boolean) {
      return "bool";
    } else if (isInteger(value)) {
      return "int";
    } else if (value instanceof Double) {
      return "float";
    } else if (value instanceof Text) {
      return "string";
    } else if (value instanceof Dict) {
      return "dict";
    } else if (value instanceof Seq seq) {
      return switch (seq.kind()) {
        case LIST -> "list";
        case TUPLE -> "tuple";
        case RANGE -> "range";
        case KEYS -> "dict keys";
        case VALUES -> "dict values";
        case ITEMS -> "dict items";
      };
    } else if (value instanceof Lazy) {
      return "generator";
    } else if (value instanceof Undefined) {
      return "undefined";
    } else if (value instanceof Namespace) {
      return "namespace";
    } else if (value instanceof LoopState) {
      return "loop";
    } else if (value instanceof Macro) {
      return "macro";
    }
    return "function";
  }

  /** Integers other than the two truth values. */
  static boolean isInteger(Object value) {
    return value instanceof Long || value instanceof BigInteger;
  }

  static boolean isNumber(Object value) {
    return value instanceof Long
        || value instanceof Double
        || value instanceof Boolean
        || value instanceof BigInteger;
  }

  static boolean truth(Object value) {
    if (value instanceof Boolean flag) {
      return flag;
    } else if (value instanceof Text text) {
      return !text.isEmpty();
    } else if (value instanceof Undefined || value instanceof None) {
      return false;
    } else if (value instanceof Seq seq) {
      return seq.size() > 0;
    } else if (value instanceof Dict dict) {
      return dict.size() > 0;
    } else if (value instanceof Long number) {
      return number != 0;
    } else if (value instanceof Double number) {
      return number != 0;
    } else if (value instanceof LoopState loop) {
      return loop.length() > 0;
    }
    return true;
  }

  /** The whole number, or an error: for counts, widths and positions. */
  static long integer(Object value, String what) {
    if (value instanceof Long number) {
      return number;
    } else if (value instanceof Boolean flag) {
      return flag ? 1 : 0;
    }
    throw new TemplateException(what + " has to be an integer, not " + name(value));
  }

  /** As {@link #integer}, within the range of an index; huge ones are as far as it goes. */
  static int index(Object value, String what) {
    if (value instanceof BigInteger big) {
      return big.signum() < 0 ? -Integer.MAX_VALUE : Integer.MAX_VALUE;
    }
    long number = integer(value, what);
    return (int) Math.max(-Integer.MAX_VALUE, Math.min(Integer.MAX_VALUE, number));
  }

  static Text text(Object value, String what) {
    if (value instanceof Text text) {
      return text;
    } else if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    throw new TemplateException(what + " has to be a string, not " + name(value));
  }
}

package io.turnmill.prompt.jinja;

import java.math.BigInteger;
import java.util.Iterator;
import java.util.Locale;

/** TemplateValues as text: {@code str} and {@code repr} of Python. */
final class Printer {
  /** Digits from which on Python refuses to write an integer. */
  private static final int MAX_DIGITS = 4300;

  private Printer() {}

  /** What {@code {{ value }}} prints; never marked as safe. */
  static Text text(Object value, Run run) {
    if (value instanceof Text text) {
      return text.asPlain();
    } else if (value instanceof Undefined) {
      return Text.EMPTY;
    } else if (value instanceof Long number) {
      return Text.template(Long.toString(number));
    }
    return repr(value, run);
  }

  static Text repr(Object value, Run run) {
    TextBuilder out = new TextBuilder(run);
    repr(out, value, run);
    return out.toText();
  }

  static void repr(TextBuilder out, Object value, Run run) {
    run.enter();
    if (value instanceof Text text) {
      Text quoted = Text.of(quoted(text.value()), text.hasInput());
      if (text.isSafe()) {
        out.append("Markup(").append(quoted).append(')');
      } else {
        out.append(quoted);
      }
    } else if (value instanceof Seq seq) {
      sequence(out, seq, run);
    } else if (value instanceof Dict dict) {
      dict(out, dict, run);
    } else {
      out.append(scalar(value));
    }
    run.leave();
  }

  private static void sequence(TextBuilder out, Seq seq, Run run) {
    switch (seq.kind()) {
      case LIST -> items(out, "[", seq, "]", run);
      case TUPLE -> items(out, "(", seq, seq.size() == 1 ? ",)" : ")", run);
      case KEYS -> items(out, "dict_keys([", seq, "])", run);
      case VALUES -> items(out, "dict_values([", seq, "])", run);
      case ITEMS -> items(out, "dict_items([", seq, "])", run);
      case RANGE -> throw new TemplateException("a range cannot be printed, only its items");
    }
  }

  private static void items(TextBuilder out, String open, Seq seq, String close, Run run) {
    out.append(open);
    Iterator<Object> items = seq.items().iterator();
    while (items.hasNext()) {
      repr(out, items.next(), run);
      if (items.hasNext()) {
        out.append(", ");
      }
    }
    out.append(close);
  }

  private static void dict(TextBuilder out, Dict dict, Run run) {
    out.append('{');
    int open = out.length();
    dict.pairs(
        (key, value) -> {
          if (out.length() > open) {
            out.append(", ");
          }
          repr(out, key, run);
          out.append(": ");
          repr(out, value, run);
        });
    out.append('}');
  }

  private static String scalar(Object value) {
    if (value instanceof None) {
      return "None";
    } else if (value instanceof Boolean flag) {
      return flag ? "True" : "False";
    } else if (value instanceof Double number) {
      return Floats.repr(number);
    } else if (Types.isInteger(value)) {
      return integer(value);
    } else if (value instanceof Undefined) {
      return "Undefined";
    } else if (value instanceof Macro macro) {
      return "<Macro " + quoted(macro.name()) + ">";
    }
    throw new TemplateException("a value of type " + Types.name(value) + " cannot be printed");
  }

  static String integer(Object value) {
    if (value instanceof BigInteger big && big.bitLength() > MAX_DIGITS * 3) {
      String digits = big.toString();
      if (digits.length() - (big.signum() < 0 ? 1 : 0) > MAX_DIGITS) {
        throw new TemplateException("an integer is too long to be printed");
      }
      return digits;
    }
    return Numbers.big(value).toString();
  }

  private static String quoted(String value) {
    char quote = value.indexOf('\'') >= 0 && value.indexOf('"') < 0 ? '"' : '\'';
    StringBuilder out = new StringBuilder(value.length() + 2).append(quote);
    value.codePoints().forEach(c -> escape(out, c, quote));
    return out.append(quote).toString();
  }

  private static void escape(StringBuilder out, int c, char quote) {
    if (c == quote || c == '\\') {
      out.append('\\').append((char) c);
    } else if (c == '\n') {
      out.append("\\n");
    } else if (c == '\r') {
      out.append("\\r");
    } else if (c == '\t') {
      out.append("\\t");
    } else if (Characters.isPrintable(c)) {
      out.appendCodePoint(c);
    } else if (c < 0x100) {
      out.append(String.format(Locale.ROOT, "\\x%02x", c));
    } else if (c < 0x10000) {
      out.append(String.format(Locale.ROOT, "\\u%04x", c));
    } else {
      out.append(String.format(Locale.ROOT, "\\U%08x", c));
    }
  }
}

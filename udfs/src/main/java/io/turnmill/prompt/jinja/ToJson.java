package io.turnmill.prompt.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code tojson}, as transformers replaces it: Python's {@code json.dumps}, non-ASCII as it is. */
final class ToJson {
  private final TextBuilder out;
  private final Run run;
  private final boolean ascii;

  /** One level of indentation; null for all in one line. */
  private final Text indent;

  private final Text itemSeparator;
  private final Text keySeparator;
  private final boolean sortKeys;

  private ToJson(Run run, Object... options) {
    this.out = new TextBuilder(run);
    this.run = run;
    this.ascii = options[1] != null && Types.truth(options[1]);
    this.indent = indent(options[2], run);
    boolean given = options[3] != null && !(options[3] instanceof None);
    List<Object> separators =
        given
            ? Iteration.list(options[3], run)
            : List.of(Text.template(indent == null ? ", " : ","), Text.template(": "));
    if (separators.size() != 2) {
      throw new TemplateException("tojson needs two separators");
    }
    this.itemSeparator = Types.text(separators.get(0), "a separator of tojson");
    this.keySeparator = Types.text(separators.get(1), "a separator of tojson");
    this.sortKeys = options[4] != null && Types.truth(options[4]);
  }

  static Text dump(Object value, Args args, Run run) {
    List<Object> all = new ArrayList<>();
    all.add(value);
    all.addAll(args.positional());
    Object[] options =
        new Args(all, args.named())
            .bind("tojson", 1, "x", "ensure_ascii", "indent", "separators", "sort_keys");
    ToJson json = new ToJson(run, options);
    json.write(value, 0);
    return json.out.toText();
  }

  private static Text indent(Object option, Run run) {
    if (option == null || option instanceof None) {
      return null;
    } else if (option instanceof Text text) {
      return text;
    }
    return Strings.repeat(Text.template(" "), Types.index(option, "indent of tojson"), run);
  }

  private void write(Object value, int level) {
    run.enter();
    if (value instanceof Text text) {
      string(text);
    } else if (value instanceof Dict dict) {
      object(dict, level);
    } else if (value instanceof Seq seq
        && (seq.kind() == Seq.PythonType.LIST || seq.kind() == Seq.PythonType.TUPLE)) {
      array(seq, level);
    } else {
      out.append(scalar(value));
    }
    run.leave();
  }

  private static String scalar(Object value) {
    if (value instanceof None) {
      return "null";
    } else if (value instanceof Boolean flag) {
      return flag ? "true" : "false";
    } else if (Types.isInteger(value)) {
      return Printer.integer(value);
    } else if (value instanceof Double number) {
      if (number.isNaN()) {
        return "NaN";
      }
      return number.isInfinite() ? (number > 0 ? "Infinity" : "-Infinity") : Floats.repr(number);
    }
    throw new TemplateException("tojson cannot write a value of type " + Types.name(value));
  }

  private void array(Seq seq, int level) {
    if (seq.size() == 0) {
      out.append("[]");
      return;
    }
    out.append('[');
    for (int i = 0; i < seq.size(); i++) {
      next(i == 0, level + 1);
      write(seq.items().get(i), level + 1);
    }
    line(level);
    out.append(']');
  }

  private void object(Dict dict, int level) {
    if (dict.size() == 0) {
      out.append("{}");
      return;
    }
    List<Object> keys = dict.keys();
    if (sortKeys) {
      Sorting.sort(keys, Compare::order);
    }
    out.append('{');
    for (int i = 0; i < keys.size(); i++) {
      Object key = keys.get(i);
      next(i == 0, level + 1);
      string(key instanceof Text text ? text : Text.template(keyText(key)));
      out.append(keySeparator);
      write(dict.get(key), level + 1);
    }
    line(level);
    out.append('}');
  }

  private static String keyText(Object key) {
    if (key instanceof Seq) {
      throw new TemplateException("tojson cannot write a key of type " + Types.name(key));
    }
    return scalar(key);
  }

  private void next(boolean first, int level) {
    if (!first) {
      out.append(itemSeparator);
    }
    line(level);
  }

  private void line(int level) {
    if (indent != null) {
      out.append('\n');
      for (int i = 0; i < level; i++) {
        out.append(indent);
      }
    }
  }

  private void string(Text text) {
    String value = text.value();
    StringBuilder escaped = null;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean plain = c >= 0x20 && c != '"' && c != '\\' && (!ascii || c < 0x7f);
      if (!plain && escaped == null) {
        escaped = new StringBuilder(value.length() + 16).append(value, 0, i);
      }
      if (escaped != null) {
        append(escaped, c, plain);
      }
    }
    Text shown = escaped == null ? text.asPlain() : Text.of(escaped.toString(), text.hasInput());
    out.append('"').append(shown).append('"');
  }

  private static void append(StringBuilder escaped, char c, boolean plain) {
    if (plain) {
      escaped.append(c);
      return;
    }
    switch (c) {
      case '"' -> escaped.append("\\\"");
      case '\\' -> escaped.append("\\\\");
      case '\n' -> escaped.append("\\n");
      case '\r' -> escaped.append("\\r");
      case '\t' -> escaped.append("\\t");
      case '\f' -> escaped.append("\\f");
      case '\b' -> escaped.append("\\b");
      default -> escaped.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
    }
  }
}

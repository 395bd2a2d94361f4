package io.turnmill.prompt.jinja;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code "{} {name} {0.key[1]!r:>8}".format(…)}, with the attributes the sandbox allows. */
final class BraceFormat {
  private static final Pattern FIELD =
      Pattern.compile(
          "([^.\\[\\]!:{}]*)((?:\\.[^.\\[\\]!:{}]+|\\[[^\\]!:{}]+\\])*)(?:!([rsa]))?(?::([^{}]*))?",
          Pattern.DOTALL);

  private static final Pattern STEP = Pattern.compile("\\.([^.\\[]+)|\\[([^\\]]+)\\]");

  private final Args args;
  private final Run run;
  private int next;
  private boolean numbered;

  private BraceFormat(Args args, Run run) {
    this.args = args;
    this.run = run;
  }

  static Text format(Text pattern, Args args, Run run) {
    if (pattern.isSafe()) {
      throw new TemplateException("format of a string marked as safe is not supported");
    }
    return new BraceFormat(args, run).format(pattern);
  }

  private Text format(Text pattern) {
    TextBuilder out = new TextBuilder(run);
    String value = pattern.value();
    int at = 0;
    while (at < value.length()) {
      char c = value.charAt(at);
      if (c != '{' && c != '}') {
        out.append(pattern, at, at + 1);
        at++;
      } else if (at + 1 < value.length() && value.charAt(at + 1) == c) {
        out.append(pattern, at, at + 1);
        at += 2;
      } else if (c == '}') {
        throw new TemplateException("a single '}' in a format string");
      } else {
        int end = value.indexOf('}', at);
        if (end < 0) {
          throw new TemplateException("a '{' without its '}' in a format string");
        }
        out.append(field(value.substring(at + 1, end), pattern.hasInput()));
        at = end + 1;
      }
    }
    return out.toText();
  }

  private Text field(String field, boolean fromInput) {
    Matcher parts = FIELD.matcher(field);
    if (!parts.matches()) {
      throw new TemplateException("a field of a format string is not understood");
    }
    Object value = argument(parts.group(1));
    Matcher steps = STEP.matcher(parts.group(2));
    while (steps.find()) {
      if (steps.group(1) != null) {
        value = Access.unnamed(Access.attribute(value, steps.group(1), run), fromInput);
      } else {
        String key = steps.group(2);
        boolean index = key.chars().allMatch(Character::isDigit) && key.length() < 10;
        value =
            Access.unnamed(
                Access.item(value, index ? (Object) Long.valueOf(key) : Text.template(key), run),
                fromInput);
      }
    }
    if ("r".equals(parts.group(3))) {
      value = Printer.repr(value, run);
    } else if ("s".equals(parts.group(3))) {
      value = Printer.text(value, run);
    } else if (parts.group(3) != null) {
      throw new TemplateException("the conversion '!a' of a format string is not supported");
    }
    String spec = parts.group(4) == null ? "" : parts.group(4);
    Text text = FormatSpec.format(value, spec, run);
    return fromInput ? Text.of(text.value(), true) : text;
  }

  private Object argument(String name) {
    boolean automatic = name.isEmpty();
    if (automatic || name.chars().allMatch(c -> c >= '0' && c <= '9')) {
      if (next > 0 && numbered == automatic) {
        throw new TemplateException("a format string numbers some fields and others not");
      }
      numbered = !automatic;
      int index = automatic ? next : name.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(name);
      next++;
      if (index >= args.count()) {
        throw new TemplateException("a format string asks for an argument that is not there");
      }
      return args.positional().get(index);
    }
    Object value = args.named().get(name);
    if (value == null) {
      throw new TemplateException("a format string asks for an argument that is not there");
    }
    return value;
  }
}

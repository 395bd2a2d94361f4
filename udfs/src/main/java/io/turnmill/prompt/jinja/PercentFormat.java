package io.turnmill.prompt.jinja;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code "%s of %d" % (…)} and the filter {@code format}. */
final class PercentFormat {
  private static final Pattern FIELD =
      Pattern.compile(
          "%(?:\\(([^()]*)\\))?([-+ #0]*)(\\*|\\d{1,9})?(?:\\.(\\*|\\d{0,9}))?[hlL]?(.)",
          Pattern.DOTALL);

  private final List<Object> values;
  private final Object mapping;
  private final Run run;
  private int next;

  private PercentFormat(List<Object> values, Object mapping, Run run) {
    this.values = values;
    this.mapping = mapping;
    this.run = run;
  }

  static Text format(Text pattern, Object argument, Run run) {
    if (pattern.isSafe()) {
      throw new TemplateException("formatting a string marked as safe is not supported");
    }
    boolean tuple = argument instanceof Seq seq && seq.kind().isTuple();
    List<Object> values = tuple ? ((Seq) argument).items() : List.of(argument);
    PercentFormat format = new PercentFormat(values, argument, run);
    Text text = format.format(pattern);
    boolean mapping =
        argument instanceof Dict
            || argument instanceof Undefined
            || (argument instanceof Seq other && other.kind().isIndexed() && !tuple);
    if (format.next < values.size() && !mapping) {
      throw new TemplateException("not all arguments of a percent format are used");
    }
    return text;
  }

  private Text format(Text pattern) {
    TextBuilder out = new TextBuilder(run);
    String value = pattern.value();
    Matcher field = FIELD.matcher(value);
    int at = 0;
    for (int from = value.indexOf('%'); from >= 0; from = value.indexOf('%', at)) {
      out.append(pattern, at, from);
      if (!field.find(from) || field.start() != from) {
        throw new TemplateException("a percent format is not understood");
      }
      Text shown = field.group(5).equals("%") ? Text.template("%") : field(field);
      out.append(pattern.hasInput() ? Text.of(shown.value(), true) : shown);
      at = field.end();
    }
    return out.append(pattern, at, value.length()).toText();
  }

  private Text field(Matcher field) {
    if ("*".equals(field.group(3)) || "*".equals(field.group(4)) || field.group(2).contains("#")) {
      throw new TemplateException("this kind of percent format is not supported");
    }
    Object value = field.group(1) == null ? positional() : named(field.group(1));
    int precision =
        field.group(4) == null
            ? -1
            : field.group(4).isEmpty() ? 0 : Integer.parseInt(field.group(4));
    if (precision > 1000) {
      throw new TemplateException("the precision of a percent format is too large");
    }
    char type = field.group(5).charAt(0);
    Text shown =
        switch (type) {
          case 's', 'r' ->
              cut(type == 's' ? Printer.text(value, run) : Printer.repr(value, run), precision);
          case 'd', 'i', 'u' -> number(integer(value, precision), field.group(2));
          case 'x' -> number(hexadecimal(value, precision), field.group(2));
          case 'X' ->
              number(hexadecimal(value, precision).toUpperCase(Locale.ROOT), field.group(2));
          case 'f', 'F', 'e', 'E', 'g', 'G' ->
              number(floating(value, type, precision), field.group(2));
          default -> throw new TemplateException("this kind of percent format is not supported");
        };
    return pad(shown, field, type != 's' && type != 'r');
  }

  private Object positional() {
    if (next >= values.size()) {
      throw new TemplateException("a percent format asks for an argument that is not there");
    }
    return values.get(next++);
  }

  private Object named(String key) {
    if (!(mapping instanceof Dict dict)) {
      throw new TemplateException("a percent format by name needs a mapping");
    }
    next = values.size();
    Object value = dict.get(Text.template(key));
    if (value == null) {
      throw new TemplateException("a percent format asks for an argument that is not there");
    }
    return value;
  }

  private static Text cut(Text text, int precision) {
    return precision < 0 || precision >= text.length()
        ? text
        : text.slice(0, text.unitOf(precision));
  }

  private static String integer(Object value, int precision) {
    if (value instanceof Double number && Double.isFinite(number)) {
      return integer(Numbers.normal(new java.math.BigDecimal(number).toBigInteger()), precision);
    }
    if (!Types.isNumber(value) || value instanceof Double) {
      throw new TemplateException("a percent format needs a number, not " + Types.name(value));
    }
    return zeros(Printer.integer(Numbers.big(value)), precision);
  }

  private static String hexadecimal(Object value, int precision) {
    if (!Types.isInteger(value) && !(value instanceof Boolean)) {
      throw new TemplateException("a percent format needs an integer, not " + Types.name(value));
    }
    return zeros(Numbers.big(value).toString(16), precision);
  }

  private static String zeros(String digits, int precision) {
    int sign = digits.startsWith("-") ? 1 : 0;
    int missing = precision - (digits.length() - sign);
    return missing <= 0
        ? digits
        : digits.substring(0, sign) + "0".repeat(missing) + digits.substring(sign);
  }

  private static String floating(Object value, char type, int precision) {
    if (!Types.isNumber(value)) {
      throw new TemplateException("a percent format needs a number, not " + Types.name(value));
    }
    double number = Numbers.toDouble(value);
    if (!Double.isFinite(number)) {
      return Floats.repr(number);
    }
    int digits = precision < 0 ? 6 : precision;
    return switch (type) {
      case 'f', 'F' -> Floats.fixed(number, digits);
      case 'e' -> Floats.exponent(number, digits);
      case 'E' -> Floats.exponent(number, digits).toUpperCase(Locale.ROOT);
      case 'g' -> Floats.general(number, digits, false);
      default -> Floats.general(number, digits, false).toUpperCase(Locale.ROOT);
    };
  }

  private static Text number(String digits, String flags) {
    if (!digits.startsWith("-")) {
      return Text.template((flags.contains("+") ? "+" : flags.contains(" ") ? " " : "") + digits);
    }
    return Text.template(digits);
  }

  private Text pad(Text text, Matcher field, boolean numeric) {
    int missing = (field.group(3) == null ? 0 : Integer.parseInt(field.group(3))) - text.length();
    if (missing <= 0) {
      return text;
    }
    run.made(missing);
    if (field.group(2).contains("-")) {
      return new TextBuilder(run).append(text).append(" ".repeat(missing)).toText();
    }
    if (numeric && field.group(2).contains("0")) {
      int sign = "+- ".indexOf(text.value().charAt(0)) >= 0 ? 1 : 0;
      return Text.template(
          text.value().substring(0, sign) + "0".repeat(missing) + text.value().substring(sign));
    }
    return new TextBuilder(run).append(" ".repeat(missing)).append(text).toText();
  }
}

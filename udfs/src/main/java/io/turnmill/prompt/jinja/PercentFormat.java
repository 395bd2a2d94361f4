package io.turnmill.prompt.jinja;

import java.math.BigDecimal;
import java.util.List;

/**
 * {@code "%s of %d" % (…)} and the filter {@code format}: {@code %s}, {@code %d} and {@code %%}.
 */
final class PercentFormat {
  private PercentFormat() {}

  static Text format(Text pattern, Object argument, Run run) {
    if (pattern.isSafe()) {
      throw new TemplateException("formatting a string marked as safe is not supported");
    }
    boolean tuple = argument instanceof Seq seq && seq.kind() == Seq.Kind.TUPLE;
    List<Object> values = tuple ? ((Seq) argument).items() : List.of(argument);
    TextBuilder out = new TextBuilder(run);
    String value = pattern.value();
    int next = 0;
    int at = 0;
    for (int from = value.indexOf('%'); from >= 0; from = value.indexOf('%', at)) {
      out.append(pattern, at, from);
      char field = from + 1 < value.length() ? value.charAt(from + 1) : ' ';
      Text shown = Text.template("%");
      if (field == 's' || field == 'd') {
        if (next == values.size()) {
          throw new TemplateException("a percent format asks for an argument that is not there");
        }
        Object one = values.get(next++);
        shown = field == 's' ? Printer.text(one, run) : Text.template(integer(one));
      } else if (field != '%') {
        throw new TemplateException("of percent formats only those of s, d and the percent sign are supported");
      }
      out.append(pattern.hasInput() ? Text.of(shown.value(), true) : shown);
      at = from + 2;
    }
    boolean mayBeUnused =
        argument instanceof Dict
            || argument instanceof Undefined
            || (argument instanceof Seq other && other.kind().isIndexed() && !tuple);
    if (next < values.size() && !mayBeUnused) {
      throw new TemplateException("not all arguments of a percent format are used");
    }
    return out.append(pattern, at, value.length()).toText();
  }

  private static String integer(Object value) {
    if (value instanceof Double number && Double.isFinite(number)) {
      return Printer.integer(Numbers.normal(new BigDecimal(number).toBigInteger()));
    }
    if (!Types.isNumber(value) || value instanceof Double) {
      throw new TemplateException("a percent format needs a number, not " + Types.name(value));
    }
    return Printer.integer(Numbers.big(value));
  }
}

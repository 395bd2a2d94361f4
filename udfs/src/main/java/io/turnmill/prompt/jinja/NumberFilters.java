package io.turnmill.prompt.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Filters on and to numbers. */
final class NumberFilters {
  private NumberFilters() {}

  static void register(Map<String, Filters.Filter> filters) {
    filters.put("int", NumberFilters::integer);
    filters.put("float", NumberFilters::floating);
    filters.put("abs", NumberFilters::absolute);
    filters.put("round", NumberFilters::round);
    filters.put("sum", NumberFilters::sum);
    filters.put("filesizeformat", NumberFilters::fileSize);
  }

  private static Object integer(Object value, Args args, Run run) {
    Object[] bound = args.bind("int", 0, "default", "base");
    Object otherwise = bound[0] == null ? (Object) 0L : bound[0];
    int base = bound[1] == null ? 10 : Types.index(bound[1], "the base");
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    } else if (value instanceof Text text) {
      BigInteger parsed = NumberText.integer(text.value(), base);
      if (parsed != null) {
        return Numbers.normal(parsed);
      }
      Double number = NumberText.floating(text.value());
      return number == null || !Double.isFinite(number) ? otherwise : truncate(number);
    } else if (value instanceof Double number) {
      if (number.isInfinite()) {
        throw new TemplateException("an infinite float is no integer");
      }
      return number.isNaN() ? otherwise : truncate(number);
    }
    return Types.isNumber(value) ? Numbers.normal(Numbers.big(value)) : otherwise;
  }

  private static Object truncate(double number) {
    return Numbers.normal(new BigDecimal(number).toBigInteger());
  }

  private static Object floating(Object value, Args args, Run run) {
    Object otherwise = args.bind("float", 0, "default")[0];
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    } else if (Types.isNumber(value)) {
      return Numbers.toDouble(value);
    }
    Double number = value instanceof Text text ? NumberText.floating(text.value()) : null;
    return number != null ? number : otherwise == null ? (Object) 0.0 : otherwise;
  }

  private static Object absolute(Object value, Args args, Run run) {
    args.bindPositional("abs", 0);
    if (!Types.isNumber(value)) {
      throw new TemplateException("there is no absolute value of a " + Types.name(value));
    }
    return Numbers.absolute(value);
  }

  private static Object round(Object value, Args args, Run run) {
    Object[] bound = args.bind("round", 0, "precision", "method");
    String method = bound[1] == null ? "common" : bound[1] instanceof Text text ? text.value() : "";
    boolean noPrecision = bound[0] instanceof None;
    int precision = bound[0] == null || noPrecision ? 0 : Types.index(bound[0], "the precision");
    boolean known = method.equals("common") || method.equals("ceil") || method.equals("floor");
    if (!known || !Types.isNumber(value) || (noPrecision && !method.equals("common"))) {
      throw new TemplateException("round needs a number and 'common', 'ceil' or 'floor'");
    }
    if (precision < -400 || precision > 400) {
      throw new TemplateException("the precision of round is out of bounds");
    }
    if (!method.equals("common")) {
      return toward(value, precision, method.equals("ceil"));
    }
    if (!(value instanceof Double number)) {
      return roundInteger(Numbers.big(value), precision);
    }
    if (!Double.isFinite(number)) {
      if (noPrecision) {
        throw new TemplateException("this float has no integer next to it");
      }
      return number;
    }
    BigDecimal rounded = new BigDecimal(number).setScale(precision, RoundingMode.HALF_EVEN);
    if (noPrecision) {
      return Numbers.normal(rounded.toBigInteger());
    }
    double result = rounded.doubleValue();
    if (Double.isInfinite(result)) {
      throw new TemplateException("a rounded float is too large");
    }
    return Math.copySign(result, number);
  }

  private static Object roundInteger(BigInteger value, int precision) {
    return Numbers.normal(
        new BigDecimal(value)
            .setScale(Math.min(precision, 0), RoundingMode.HALF_EVEN)
            .toBigInteger());
  }

  private static Object toward(Object value, int precision, boolean up) {
    Object scale = Numbers.power(10L, (long) precision);
    Object scaled = Numbers.multiply(value, scale);
    if (scaled instanceof Double number) {
      if (!Double.isFinite(number)) {
        throw new TemplateException("this float has no integer next to it");
      }
      scaled =
          Numbers.normal(
              new BigDecimal(up ? Math.ceil(number) : Math.floor(number)).toBigInteger());
    }
    return Numbers.divide(scaled, scale);
  }

  private static Object sum(Object value, Args args, Run run) {
    Object[] bound = args.bind("sum", 0, "attribute", "start");
    AttributePath path = AttributePath.of(bound[0], run);
    Object total = bound[1] == null ? (Object) 0L : bound[1];
    if (total instanceof Text) {
      throw new TemplateException("sum does not put strings together");
    }
    Iterator<Object> items = Iteration.of(value);
    while (items.hasNext()) {
      total = Operators.binary("+", total, path.get(items.next(), run), run);
    }
    return total;
  }

  private static Object fileSize(Object value, Args args, Run run) {
    Object binary = args.bind("filesizeformat", 0, "binary")[0];
    boolean byTwos = binary != null && Types.truth(binary);
    Object number = value instanceof Text text ? NumberText.floating(text.value()) : value;
    if (number == null || !Types.isNumber(number)) {
      throw new TemplateException("filesizeformat needs a number");
    }
    double bytes = Numbers.toDouble(number);
    double base = byTwos ? 1024 : 1000;
    if (bytes == 1) {
      return Text.template("1 Byte");
    } else if (bytes < base) {
      return Text.template(truncate(bytes) + " Bytes");
    }
    double unit = base;
    for (String prefix : List.of("k", "M", "G", "T", "P", "E", "Z", "Y")) {
      unit *= base;
      if (bytes < unit || prefix.equals("Y")) {
        String shown = byTwos ? prefix.toUpperCase(java.util.Locale.ROOT) + "i" : prefix;
        return Text.template(Floats.fixed(base * bytes / unit, 1) + " " + shown + "B");
      }
    }
    throw new IllegalStateException("This is a bug: no unit for a file size");
  }
}

package io.turnmill.prompt.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Map;

/** Filters on and to numbers. */
final class NumberFilters {
  private NumberFilters() {}

  static void register(Map<String, Filters.Filter> filters) {
    filters.put("int", NumberFilters::integer);
    filters.put("float", NumberFilters::floating);
    filters.put("abs", NumberFilters::absolute);
    filters.put("round", NumberFilters::round);
  }

  private static Object integer(Object value, Args args, Run run) {
    Object given = args.bind("int", 0, "default")[0];
    Object otherwise = given == null ? (Object) 0L : given;
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    } else if (value instanceof Text text) {
      BigInteger parsed = NumberText.integer(text.value());
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
    Object given = args.bind("round", 0, "precision")[0];
    boolean noPrecision = given instanceof None;
    int precision = given == null || noPrecision ? 0 : Types.index(given, "the precision");
    if (!Types.isNumber(value)) {
      throw new TemplateException("round needs a number, not " + Types.name(value));
    }
    if (precision < -400 || precision > 400) {
      throw new TemplateException("the precision of round is out of bounds");
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
}

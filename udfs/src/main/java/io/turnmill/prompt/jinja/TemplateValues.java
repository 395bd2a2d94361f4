package io.turnmill.prompt.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Plain JSON values as values of the interpreter. */
final class TemplateValues {
  private TemplateValues() {}

  /**
   * Strings, keys of maps included, become input.
   *
   * @throws TemplateException for anything that is not JSON
   */
  static Object input(Object json) {
    if (json == null) {
      return None.NONE;
    } else if (json instanceof String text) {
      return Text.input(text);
    } else if (json instanceof Variables.OfTemplate text) {
      return Text.template(text.value());
    } else if (json instanceof Map<?, ?> map) {
      Dict dict = new Dict(map.size());
      map.forEach((key, value) -> dict.put(input(key), input(value)));
      return dict;
    } else if (json instanceof List<?> list) {
      List<Object> items = new ArrayList<>(list.size());
      list.forEach(item -> items.add(input(item)));
      return Seq.list(items);
    }
    return scalar(json);
  }

  private static Object scalar(Object json) {
    if (json instanceof Boolean || json instanceof Long || json instanceof Double) {
      return json;
    } else if (json instanceof Integer || json instanceof Short || json instanceof Byte) {
      return ((Number) json).longValue();
    } else if (json instanceof Float || json instanceof BigDecimal) {
      return ((Number) json).doubleValue();
    } else if (json instanceof BigInteger big) {
      return Numbers.normal(big);
    }
    throw new TemplateException("a value of " + json.getClass().getName() + " is not JSON");
  }
}

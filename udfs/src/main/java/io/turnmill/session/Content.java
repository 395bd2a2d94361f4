package io.turnmill.session;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The text of a message: text as it stands, or a list of text parts, put together without anything
 * between them. A part is {@code {"type": "text", "text": …}} or {@code {"type": "text", "value":
 * …}}.
 */
sealed interface Content {
  Set<String> TEXT_TYPES = Set.of("text", "input_text", "output_text");

  record Text(String text) implements Content {
    @Override
    public String toString() {
      return "Text[chars=" + text.length() + "]";
    }
  }

  record Unusable(RejectionCode code, String detail) implements Content {}

  static Content parse(Object value) {
    if (value == null) {
      return new Unusable(RejectionCode.MISSING_CONTENT, "");
    }
    Content content;
    if (value instanceof String text) {
      content = new Text(text);
    } else if (value instanceof List<?> parts) {
      content = join(parts);
    } else {
      return new Unusable(
          RejectionCode.UNSUPPORTED_CONTENT, "the content is " + Values.kind(value));
    }
    return content instanceof Text text ? check(text) : content;
  }

  private static Content check(Text text) {
    if (Values.isBlank(text.text())) {
      return new Unusable(RejectionCode.EMPTY_CONTENT, text.text().length() + " blank characters");
    }
    if (Values.isIllFormed(text.text())) {
      return new Unusable(
          RejectionCode.INVALID_UTF8, "the content holds half of a surrogate pair (\\ud800…)");
    }
    return text;
  }

  private static Content join(List<?> parts) {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < parts.size(); i++) {
      if (!(parts.get(i) instanceof Map<?, ?> part)) {
        return unsupported(i, "is " + Values.kind(parts.get(i)));
      }
      if (!(part.get("type") instanceof String type) || !TEXT_TYPES.contains(type)) {
        boolean named = part.get("type") instanceof String;
        return unsupported(
            i, named ? "has the type " + Values.shown((String) part.get("type")) : "has no type");
      }
      Object text = part.get("text") == null ? part.get("value") : part.get("text");
      if (!(text instanceof String string)) {
        return unsupported(i, "holds " + Values.kind(text) + " instead of text");
      }
      all.append(string);
    }
    return new Text(all.toString());
  }

  private static Unusable unsupported(int index, String what) {
    return new Unusable(RejectionCode.UNSUPPORTED_CONTENT, "part " + index + " " + what);
  }
}

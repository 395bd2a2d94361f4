package io.turnmill.prompt.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** Operations on texts that keep track of where each character comes from. */
final class Strings {
  private Strings() {}

  static Text concat(Text a, Text b, Run run) {
    if (a.isSafe() != b.isSafe()) {
      return concat(escape(a, run), escape(b, run), run);
    } else if (a.isEmpty()) {
      return b;
    } else if (b.isEmpty()) {
      return a;
    }
    run.made((long) a.units() + b.units());
    if (a.inputRanges().length == 0 && b.inputRanges().length == 0) {
      return Text.template(a.value().concat(b.value())).withSafe(a.isSafe());
    }
    RangeList ranges = new RangeList();
    ranges.addShifted(a.inputRanges(), 0, a.units(), 0);
    ranges.addShifted(b.inputRanges(), 0, b.units(), a.units());
    return Text.traced(a.value().concat(b.value()), ranges.toArray()).withSafe(a.isSafe());
  }

  static Text repeat(Text text, int times, Run run) {
    if (times <= 0 || text.isEmpty()) {
      return Text.EMPTY.withSafe(text.isSafe());
    }
    run.made((long) text.units() * times);
    TextBuilder out = new TextBuilder(run, text.units() * times);
    for (int i = 0; i < times; i++) {
      out.append(text);
    }
    return out.toText().withSafe(text.isSafe());
  }

  /** Escaped for HTML and marked as safe; what is marked already stays. */
  static Text escape(Text text, Run run) {
    if (text.isSafe()) {
      return text;
    }
    TextBuilder out = new TextBuilder(run, text.units());
    String value = text.value();
    int from = 0;
    for (int i = 0; i < value.length(); i++) {
      String entity =
          switch (value.charAt(i)) {
            case '&' -> "&amp;";
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            case '\'' -> "&#39;";
            case '"' -> "&#34;";
            default -> null;
          };
      if (entity != null) {
        out.append(text, from, i).append(Text.of(entity, text.hasInput()));
        from = i + 1;
      }
    }
    return out.append(text, from, value.length()).toText().asSafe();
  }

  static Text strip(Text text, Object chars, boolean left, boolean right) {
    IntPredicate stripped = Characters::isSpace;
    if (chars != null && !(chars instanceof None)) {
      String set = Types.text(chars, "what is stripped").value();
      stripped = c -> set.indexOf(c) >= 0;
    }
    String value = text.value();
    int from = 0;
    int to = value.length();
    while (left && from < to && stripped.test(value.codePointAt(from))) {
      from += Character.charCount(value.codePointAt(from));
    }
    while (right && from < to && stripped.test(value.codePointBefore(to))) {
      to -= Character.charCount(value.codePointBefore(to));
    }
    return text.slice(from, to);
  }

  /** Parts between separators; {@code limit} cuts at most, no bound if negative. */
  static List<Object> split(Text text, String separator, int limit, Run run) {
    if (separator.isEmpty()) {
      throw new TemplateException("split by an empty separator");
    }
    List<Object> parts = new ArrayList<>();
    int from = 0;
    int at = text.value().indexOf(separator);
    while (at >= 0 && (limit < 0 || parts.size() < limit)) {
      run.step();
      parts.add(text.slice(from, at));
      from = at + separator.length();
      at = text.value().indexOf(separator, from);
    }
    parts.add(text.slice(from, text.units()));
    return parts;
  }

  static List<Object> splitFromRight(Text text, String separator, int limit, Run run) {
    if (separator.isEmpty()) {
      throw new TemplateException("split by an empty separator");
    }
    List<Object> parts = new ArrayList<>();
    int to = text.units();
    int at = text.value().lastIndexOf(separator);
    while (at >= 0 && (limit < 0 || parts.size() < limit)) {
      run.step();
      parts.add(0, text.slice(at + separator.length(), to));
      to = at;
      at =
          to < separator.length()
              ? -1
              : text.value().lastIndexOf(separator, to - separator.length());
    }
    parts.add(0, text.slice(0, to));
    return parts;
  }

  /** Words between white space, none of them empty. */
  static List<Object> words(Text text, int limit, Run run) {
    List<Object> words = new ArrayList<>();
    String value = text.value();
    Text rest = strip(text, null, true, false);
    int from = value.length() - rest.units();
    while (from < value.length()) {
      run.step();
      if (limit >= 0 && words.size() == limit) {
        words.add(text.slice(from, value.length()));
        break;
      }
      int to = skip(value, from, false);
      words.add(text.slice(from, to));
      from = skip(value, to, true);
    }
    return words;
  }

  private static int skip(String value, int from, boolean spaces) {
    int at = from;
    while (at < value.length() && Characters.isSpace(value.charAt(at)) == spaces) {
      at++;
    }
    return at;
  }

  static List<Object> lines(Text text, boolean keepEnds, Run run) {
    List<Object> lines = new ArrayList<>();
    String value = text.value();
    int from = 0;
    for (int i = 0; i < value.length(); i++) {
      if (!Characters.isLineBreak(value.charAt(i))) {
        continue;
      }
      run.step();
      int end = i;
      if (value.charAt(i) == '\r' && i + 1 < value.length() && value.charAt(i + 1) == '\n') {
        i++;
      }
      lines.add(text.slice(from, keepEnds ? i + 1 : end));
      from = i + 1;
    }
    if (from < value.length()) {
      lines.add(text.slice(from, value.length()));
    }
    return lines;
  }

  /** At most {@code limit} replacements, no bound if negative. */
  static Text replace(Text text, Text old, Text replacement, int limit, Run run) {
    if (limit == 0 || (!old.isEmpty() && !text.value().contains(old.value()))) {
      return text;
    }
    TextBuilder out = new TextBuilder(run, text.units());
    String value = text.value();
    int from = 0;
    int done = 0;
    int at = value.indexOf(old.value());
    while (at >= 0 && at <= value.length() && (limit < 0 || done < limit)) {
      out.append(text, from, at).append(replacement);
      done++;
      from = at + old.units();
      if (old.isEmpty()) {
        if (at == value.length()) {
          break;
        }
        int next = at + Character.charCount(value.codePointAt(at));
        out.append(text, at, next);
        from = next;
        at = next;
      } else {
        at = value.indexOf(old.value(), from);
      }
    }
    return out.append(text, from, value.length()).toText().withSafe(text.isSafe());
  }

  static Text join(Text separator, List<Text> parts, Run run) {
    TextBuilder out = new TextBuilder(run);
    for (int i = 0; i < parts.size(); i++) {
      if (i > 0) {
        out.append(separator);
      }
      out.append(parts.get(i));
    }
    return out.toText();
  }
}

package io.turnmill.prompt.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Filters that make one text of another. */
final class TextFilters {
  private TextFilters() {}

  static void register(Map<String, Filters.Filter> filters) {
    filters.put("upper", (value, args, run) -> changed("upper", value, args, run));
    filters.put("lower", (value, args, run) -> changed("lower", value, args, run));
    filters.put("capitalize", (value, args, run) -> changed("capitalize", value, args, run));
    filters.put("title", TextFilters::title);
    filters.put("trim", TextFilters::trim);
    filters.put("string", (value, args, run) -> string(value, args, run));
    filters.put("replace", TextFilters::replace);
    filters.put("join", TextFilters::join);
    filters.put("safe", TextFilters::safe);
    filters.put("escape", TextFilters::escape);
    filters.put("e", TextFilters::escape);
    filters.put("indent", TextFilters::indent);
  }

  /** A string as it is, anything else printed. */
  static Text soft(Object value, Run run) {
    return value instanceof Text text ? text : Printer.text(value, run);
  }

  private static Text string(Object value, Args args, Run run) {
    args.bind("string", 0);
    return soft(value, run);
  }

  private static Object changed(String name, Object value, Args args, Run run) {
    args.bind(name, 0);
    return StringMethods.find(soft(value, run), name).call(Args.NONE, run);
  }

  /** Words begin behind white space, dashes and opening brackets, and nowhere else. */
  private static Text title(Object value, Args args, Run run) {
    args.bind("title", 0);
    Text text = soft(value, run);
    String source = text.value();
    run.made(source.length());
    StringBuilder out = new StringBuilder(source.length());
    int at = 0;
    while (at < source.length()) {
      int end = at;
      boolean separator = isSeparator(source.charAt(at));
      while (end < source.length() && isSeparator(source.charAt(end)) == separator) {
        end++;
      }
      int first = at + Character.charCount(source.codePointAt(at));
      out.append(Casing.upper(source.substring(at, first)));
      out.append(Casing.lower(source.substring(first, end)));
      at = end;
    }
    return text.asPlain().changed(out.toString());
  }

  private static boolean isSeparator(char c) {
    return Characters.isSpace(c) || "-({[<".indexOf(c) >= 0;
  }

  private static Text trim(Object value, Args args, Run run) {
    return Strings.strip(soft(value, run), args.bind("trim", 0, "chars")[0], true, true);
  }

  private static Text replace(Object value, Args args, Run run) {
    Object[] bound = args.bind("replace", 2, "old", "new", "count");
    boolean all = bound[2] == null || bound[2] instanceof None;
    return Strings.replace(
        Printer.text(value, run),
        Printer.text(bound[0], run),
        Printer.text(bound[1], run),
        all ? -1 : Types.index(bound[2], "the count of replace"),
        run);
  }

  private static Text join(Object value, Args args, Run run) {
    Object[] bound = args.bind("join", 0, "d", "attribute");
    Text separator = bound[0] == null ? Text.EMPTY : Printer.text(bound[0], run);
    boolean whole = bound[1] == null || bound[1] instanceof None;
    AttributePath path = whole ? null : AttributePath.of(bound[1], run);
    Iterator<Object> items = Iteration.of(value);
    List<Text> parts = new ArrayList<>();
    while (items.hasNext()) {
      run.step();
      Object item = items.next();
      parts.add(Printer.text(path == null ? item : path.get(item), run));
    }
    return Strings.join(separator, parts, run);
  }

  private static Text safe(Object value, Args args, Run run) {
    args.bind("safe", 0);
    return soft(value, run).asSafe();
  }

  private static Text escape(Object value, Args args, Run run) {
    args.bindPositional("escape", 0);
    return Strings.escape(soft(value, run), run);
  }

  private static Text indent(Object value, Args args, Run run) {
    Object[] bound = args.bind("indent", 0, "width", "first", "blank");
    Text self = Types.text(value, "what is indented");
    Text indention =
        bound[0] instanceof Text given
            ? given
            : Strings.repeat(
                Text.template(" "), bound[0] == null ? 4 : Types.index(bound[0], "a width"), run);
    boolean first = bound[1] != null && Types.truth(bound[1]);
    boolean blank = bound[2] != null && Types.truth(bound[2]);
    Text newline = Text.template("\n");
    if (self.isSafe()) {
      indention = indention.asSafe();
      newline = newline.asSafe();
    } else if (indention.isSafe()) {
      throw new TemplateException("indent by a string marked as safe is not supported");
    }
    List<Object> lines = Strings.lines(Strings.concat(self, newline, run), false, run);
    TextBuilder out = new TextBuilder(run);
    for (int i = 0; i < lines.size(); i++) {
      Text line = (Text) lines.get(i);
      if (i > 0) {
        out.append(newline);
      }
      if (i == 0 ? first : blank || !line.isEmpty()) {
        out.append(indention);
      }
      out.append(line);
    }
    return out.toText().withSafe(self.isSafe());
  }
}

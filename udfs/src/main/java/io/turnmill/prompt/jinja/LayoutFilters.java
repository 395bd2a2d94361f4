package io.turnmill.prompt.jinja;

import java.util.List;
import java.util.Map;

/** Filters that lay a text out: indentation, width, length. */
final class LayoutFilters {
  private LayoutFilters() {}

  static void register(Map<String, Filters.Filter> filters) {
    filters.put("indent", LayoutFilters::indent);
    filters.put("center", LayoutFilters::center);
    filters.put("truncate", LayoutFilters::truncate);
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

  private static Text center(Object value, Args args, Run run) {
    Object width = args.bind("center", 0, "width")[0];
    Args method = Args.of(width == null ? (Object) 80L : width);
    return Padding.center(TextFilters.soft(value, run), method, run);
  }

  private static Object truncate(Object value, Args args, Run run) {
    Object[] bound = args.bind("truncate", 0, "length", "killwords", "end", "leeway");
    Text end = bound[2] == null ? Text.template("...") : Types.text(bound[2], "the end");
    int length = bound[0] == null ? 255 : Types.index(bound[0], "a length");
    int leeway =
        bound[3] == null || bound[3] instanceof None ? 5 : Types.index(bound[3], "the leeway");
    if (length < end.length() || leeway < 0) {
      throw new TemplateException("truncate needs a length of at least that of the end");
    }
    int size = Iteration.size(value);
    if (size >= 0 && size <= (long) length + leeway) {
      return value;
    }
    Text text = Types.text(value, "what is truncated");
    Text cut = text.slice(0, text.unitOf(length - end.length()));
    if (bound[1] == null || !Types.truth(bound[1])) {
      cut = (Text) Strings.splitFromRight(cut, " ", 1, run).get(0);
    }
    return Strings.concat(cut, end, run);
  }
}

package io.turnmill.prompt.jinja;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
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
    filters.put("format", TextFilters::format);
    filters.put("safe", TextFilters::safe);
    filters.put("escape", TextFilters::escape);
    filters.put("e", TextFilters::escape);
    filters.put("forceescape", TextFilters::forceEscape);
    filters.put("urlencode", TextFilters::urlencode);
    filters.put("xmlattr", TextFilters::xmlattr);
    filters.put("wordcount", TextFilters::wordcount);
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
      parts.add(Printer.text(path == null ? item : path.get(item, run), run));
    }
    return Strings.join(separator, parts, run);
  }

  private static Text format(Object value, Args args, Run run) {
    Text pattern = soft(value, run);
    if (args.named().isEmpty()) {
      return PercentFormat.format(pattern, Seq.tuple(args.positional().toArray()), run);
    } else if (args.count() > 0) {
      throw new TemplateException("format takes arguments by position or by name, not both");
    }
    Dict named = new Dict();
    args.named().forEach((key, one) -> named.put(Text.template(key), one));
    return PercentFormat.format(pattern, named, run);
  }

  private static Text safe(Object value, Args args, Run run) {
    args.bind("safe", 0);
    return soft(value, run).asSafe();
  }

  private static Text escape(Object value, Args args, Run run) {
    args.bindPositional("escape", 0);
    return Strings.escape(soft(value, run), run);
  }

  private static Text forceEscape(Object value, Args args, Run run) {
    args.bind("forceescape", 0);
    return Strings.escape(soft(value, run).asPlain(), run);
  }

  private static Text urlencode(Object value, Args args, Run run) {
    args.bind("urlencode", 0);
    if (value instanceof Text || !Iteration.possible(value)) {
      return quote(value, false, run);
    }
    Iterator<Object> pairs =
        value instanceof Dict dict ? dict.items().iterator() : Iteration.of(value);
    TextBuilder out = new TextBuilder(run);
    boolean first = true;
    while (pairs.hasNext()) {
      List<Object> pair = Iteration.list(pairs.next(), run);
      if (pair.size() != 2) {
        throw new TemplateException("urlencode needs pairs");
      }
      out.append(first ? "" : "&").append(quote(pair.get(0), true, run));
      out.append('=').append(quote(pair.get(1), true, run));
      first = false;
    }
    return out.toText();
  }

  private static Text quote(Object value, boolean forQuery, Run run) {
    Text text = Printer.text(value, run);
    String quoted = URLEncoder.encode(text.value(), StandardCharsets.UTF_8);
    String spaces = forQuery ? quoted : quoted.replace("+", "%20").replace("%2F", "/");
    return Text.of(spaces.replace("*", "%2A").replace("%7E", "~"), text.hasInput());
  }

  private static Text xmlattr(Object value, Args args, Run run) {
    Object autospace = args.bind("xmlattr", 0, "autospace")[0];
    if (!(value instanceof Dict dict)) {
      throw new TemplateException("xmlattr needs a mapping, not " + Types.name(value));
    }
    TextBuilder out = new TextBuilder(run);
    boolean lead = autospace == null || Types.truth(autospace);
    for (Object key : dict.keys()) {
      Object one = dict.get(key);
      if (one instanceof None || one instanceof Undefined) {
        continue;
      }
      Text name = Types.text(key, "the name of an attribute");
      if (name.value()
          .chars()
          .anyMatch(
              c ->
                  (c < 128 && Characters.isSpace(c) && c < 0x1c)
                      || c == ' '
                      || "/>=".indexOf(c) >= 0)) {
        throw new TemplateException("a character that cannot be in the name of an attribute");
      }
      out.append(lead || out.length() > 0 ? " " : "").append(Strings.escape(name, run).asPlain());
      out.append("=\"").append(Strings.escape(soft(one, run), run).asPlain()).append('"');
    }
    return out.toText();
  }

  private static Object wordcount(Object value, Args args, Run run) {
    args.bind("wordcount", 0);
    long words = 0;
    boolean inWord = false;
    for (int c : soft(value, run).value().codePoints().toArray()) {
      boolean word = Characters.isWord(c);
      words += word && !inWord ? 1 : 0;
      inWord = word;
    }
    return words;
  }
}

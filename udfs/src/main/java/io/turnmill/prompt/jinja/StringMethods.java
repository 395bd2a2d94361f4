package io.turnmill.prompt.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/** The methods of strings. */
final class StringMethods {
  private interface Body {
    Object call(Text self, Args args, Run run);
  }

  private static final Map<String, Body> METHODS =
      Map.ofEntries(
          Map.entry("upper", changing("upper", Casing::upper)),
          Map.entry("lower", changing("lower", Casing::lower)),
          Map.entry("title", changing("title", Casing::title)),
          Map.entry("capitalize", changing("capitalize", Casing::capitalize)),
          Map.entry("swapcase", changing("swapcase", Casing::swapcase)),
          Map.entry("casefold", changing("casefold", Casing::casefold)),
          Map.entry("strip", (self, args, run) -> strip("strip", self, args, true, true)),
          Map.entry("lstrip", (self, args, run) -> strip("lstrip", self, args, true, false)),
          Map.entry("rstrip", (self, args, run) -> strip("rstrip", self, args, false, true)),
          Map.entry("startswith", (self, args, run) -> StringSearch.affix(self, args, true)),
          Map.entry("endswith", (self, args, run) -> StringSearch.affix(self, args, false)),
          Map.entry("find", (self, args, run) -> StringSearch.find("find", self, args)),
          Map.entry("rfind", (self, args, run) -> StringSearch.find("rfind", self, args)),
          Map.entry("index", (self, args, run) -> StringSearch.index("index", self, args)),
          Map.entry("rindex", (self, args, run) -> StringSearch.index("rindex", self, args)),
          Map.entry("count", (self, args, run) -> StringSearch.count(self, args, run)),
          Map.entry("split", (self, args, run) -> split(self, args, false, run)),
          Map.entry("rsplit", (self, args, run) -> split(self, args, true, run)),
          Map.entry("splitlines", StringMethods::splitlines),
          Map.entry("partition", (self, args, run) -> partition(self, args, false)),
          Map.entry("rpartition", (self, args, run) -> partition(self, args, true)),
          Map.entry("replace", StringMethods::replace),
          Map.entry("join", StringMethods::join),
          Map.entry("format", BraceFormat::format),
          Map.entry("format_map", StringMethods::formatMap),
          Map.entry("removeprefix", (self, args, run) -> remove(self, args, true)),
          Map.entry("removesuffix", (self, args, run) -> remove(self, args, false)),
          Map.entry("center", (self, args, run) -> Padding.center(self, args, run)),
          Map.entry("ljust", (self, args, run) -> Padding.just(self, args, true, run)),
          Map.entry("rjust", (self, args, run) -> Padding.just(self, args, false, run)),
          Map.entry("zfill", (self, args, run) -> Padding.zfill(self, args, run)),
          Map.entry("expandtabs", (self, args, run) -> Padding.expandtabs(self, args, run)),
          Map.entry("isalpha", all("isalpha", Character::isLetter)),
          Map.entry("isdigit", all("isdigit", Characters::isDigit)),
          Map.entry("isdecimal", all("isdecimal", Characters::isDecimal)),
          Map.entry("isnumeric", all("isnumeric", Characters::isNumeric)),
          Map.entry("isspace", all("isspace", Characters::isSpace)),
          Map.entry(
              "isalnum", all("isalnum", c -> Character.isLetter(c) || Characters.isNumeric(c))),
          Map.entry("isascii", ask("isascii", s -> s.chars().allMatch(c -> c < 128))),
          Map.entry(
              "isprintable",
              ask("isprintable", s -> s.codePoints().allMatch(Characters::isPrintable))),
          Map.entry("islower", ask("islower", s -> Casing.is(s, false))),
          Map.entry("isupper", ask("isupper", s -> Casing.is(s, true))),
          Map.entry("istitle", ask("istitle", Casing::isTitle)),
          Map.entry("encode", StringMethods::unsupported),
          Map.entry("isidentifier", StringMethods::unsupported),
          Map.entry("maketrans", StringMethods::unsupported),
          Map.entry("translate", StringMethods::unsupported));

  private StringMethods() {}

  /** Null if there is no such method. */
  static Invocable find(Text self, String name) {
    Body body = METHODS.get(name);
    return body == null ? null : new Method(name, (args, run) -> body.call(self, args, run));
  }

  private static Object unsupported(Text self, Args args, Run run) {
    throw new TemplateException("this method of strings is not supported");
  }

  private static Body changing(String name, java.util.function.UnaryOperator<String> change) {
    return (self, args, run) -> {
      args.bindPositional(name, 0);
      run.made(self.units());
      return self.changed(change.apply(self.value()));
    };
  }

  private static Body ask(String name, java.util.function.Predicate<String> question) {
    return (self, args, run) -> {
      args.bindPositional(name, 0);
      return question.test(self.value());
    };
  }

  private static Body all(String name, IntPredicate question) {
    return ask(name, s -> !s.isEmpty() && s.codePoints().allMatch(question));
  }

  private static Text strip(String name, Text self, Args args, boolean left, boolean right) {
    return Strings.strip(self, args.bindPositional(name, 0, "chars")[0], left, right);
  }

  private static Seq split(Text self, Args args, boolean fromRight, Run run) {
    Object[] bound = args.bind(fromRight ? "rsplit" : "split", 0, "sep", "maxsplit");
    int limit = bound[1] == null ? -1 : Types.index(bound[1], "maxsplit");
    boolean words = bound[0] == null || bound[0] instanceof None;
    if (words) {
      return Seq.list(
          fromRight ? Strings.wordsFromRight(self, limit, run) : Strings.words(self, limit, run));
    }
    String separator = Types.text(bound[0], "the separator of split").value();
    return Seq.list(
        fromRight
            ? Strings.splitFromRight(self, separator, limit, run)
            : Strings.split(self, separator, limit, run));
  }

  private static Seq splitlines(Text self, Args args, Run run) {
    Object keepEnds = args.bind("splitlines", 0, "keepends")[0];
    return Seq.list(Strings.lines(self, keepEnds != null && Types.truth(keepEnds), run));
  }

  private static Seq partition(Text self, Args args, boolean last) {
    Text separator = Types.text(args.bindPositional("partition", 1, "sep")[0], "the separator");
    if (separator.isEmpty()) {
      throw new TemplateException("partition by an empty separator");
    }
    String value = self.value();
    int at = last ? value.lastIndexOf(separator.value()) : value.indexOf(separator.value());
    Text empty = Text.EMPTY.withSafe(self.isSafe());
    if (at < 0) {
      return last ? Seq.tuple(empty, empty, self) : Seq.tuple(self, empty, empty);
    }
    int end = at + separator.units();
    return Seq.tuple(self.slice(0, at), self.slice(at, end), self.slice(end, self.units()));
  }

  private static Text replace(Text self, Args args, Run run) {
    Object[] bound = args.bindPositional("replace", 2, "old", "new", "count");
    int limit = bound[2] == null ? -1 : Types.index(bound[2], "the count of replace");
    Text replacement = Types.text(bound[1], "what replaces");
    return Strings.replace(
        self,
        Types.text(bound[0], "what is replaced"),
        self.isSafe() ? Strings.escape(replacement, run) : replacement,
        limit,
        run);
  }

  private static Text join(Text self, Args args, Run run) {
    Iterator<Object> items = Iteration.of(args.bindPositional("join", 1, "iterable")[0]);
    List<Text> parts = new ArrayList<>();
    while (items.hasNext()) {
      Object item = items.next();
      if (self.isSafe()) {
        parts.add(Strings.escape(item instanceof Text text ? text : Printer.text(item, run), run));
      } else if (item instanceof Text text) {
        parts.add(text);
      } else {
        throw new TemplateException("join found an item of type " + Types.name(item));
      }
    }
    return Strings.join(self, parts, run).withSafe(self.isSafe());
  }

  private static Text formatMap(Text self, Args args, Run run) {
    Object mapping = args.bindPositional("format_map", 1, "mapping")[0];
    if (!(mapping instanceof Dict dict)) {
      throw new TemplateException("format_map needs a mapping, not " + Types.name(mapping));
    }
    Map<String, Object> named = new java.util.HashMap<>();
    dict.pairs(
        (key, value) -> {
          if (key instanceof Text text) {
            named.put(text.value(), value);
          }
        });
    return BraceFormat.format(self, new Args(List.of(), named), run);
  }

  private static Text remove(Text self, Args args, boolean prefix) {
    String name = prefix ? "removeprefix" : "removesuffix";
    String affix = Types.text(args.bindPositional(name, 1, "affix")[0], "what is removed").value();
    if (prefix) {
      return self.value().startsWith(affix) ? self.slice(affix.length(), self.units()) : self;
    }
    return self.value().endsWith(affix) ? self.slice(0, self.units() - affix.length()) : self;
  }
}

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
          Map.entry("strip", (self, args, run) -> strip("strip", self, args, true, true)),
          Map.entry("lstrip", (self, args, run) -> strip("lstrip", self, args, true, false)),
          Map.entry("rstrip", (self, args, run) -> strip("rstrip", self, args, false, true)),
          Map.entry("startswith", (self, args, run) -> StringSearch.affix(self, args, true)),
          Map.entry("endswith", (self, args, run) -> StringSearch.affix(self, args, false)),
          Map.entry("find", (self, args, run) -> StringSearch.find(self, args, false)),
          Map.entry("rfind", (self, args, run) -> StringSearch.find(self, args, true)),
          Map.entry("index", (self, args, run) -> StringSearch.index(self, args)),
          Map.entry("count", (self, args, run) -> StringSearch.count(self, args, run)),
          Map.entry("split", (self, args, run) -> split(self, args, false, run)),
          Map.entry("rsplit", (self, args, run) -> split(self, args, true, run)),
          Map.entry("splitlines", StringMethods::splitlines),
          Map.entry("replace", StringMethods::replace),
          Map.entry("join", StringMethods::join),
          Map.entry("removeprefix", (self, args, run) -> remove(self, args, true)),
          Map.entry("removesuffix", (self, args, run) -> remove(self, args, false)),
          Map.entry("isalpha", all("isalpha", Character::isLetter)),
          Map.entry("isdigit", all("isdigit", Characters::isDigit)),
          Map.entry("isspace", all("isspace", Characters::isSpace)));

  private StringMethods() {}

  /** Null if there is no such method. */
  static Invocable find(Text self, String name) {
    Body body = METHODS.get(name);
    return body == null ? null : new Method(name, (args, run) -> body.call(self, args, run));
  }

  private static Body changing(String name, java.util.function.UnaryOperator<String> change) {
    return (self, args, run) -> {
      args.bindPositional(name, 0);
      run.made(self.units());
      return self.changed(change.apply(self.value()));
    };
  }

  private static Body all(String name, IntPredicate question) {
    return (self, args, run) -> {
      args.bindPositional(name, 0);
      return !self.isEmpty() && self.value().codePoints().allMatch(question);
    };
  }

  private static Text strip(String name, Text self, Args args, boolean left, boolean right) {
    return Strings.strip(self, args.bindPositional(name, 0, "chars")[0], left, right);
  }

  private static Seq split(Text self, Args args, boolean fromRight, Run run) {
    Object[] bound = args.bind(fromRight ? "rsplit" : "split", 0, "sep", "maxsplit");
    int limit = bound[1] == null ? -1 : Types.index(bound[1], "maxsplit");
    if (bound[0] == null || bound[0] instanceof None) {
      if (fromRight) {
        throw new TemplateException("rsplit without a separator is not supported");
      }
      return Seq.list(Strings.words(self, limit, run));
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

  private static Text remove(Text self, Args args, boolean prefix) {
    String name = prefix ? "removeprefix" : "removesuffix";
    String affix = Types.text(args.bindPositional(name, 1, "affix")[0], "what is removed").value();
    if (prefix) {
      return self.value().startsWith(affix) ? self.slice(affix.length(), self.units()) : self;
    }
    return self.value().endsWith(affix) ? self.slice(0, self.units() - affix.length()) : self;
  }
}

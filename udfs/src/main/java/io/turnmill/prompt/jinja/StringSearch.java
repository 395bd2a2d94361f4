package io.turnmill.prompt.jinja;

import java.util.List;

/** The methods of strings that look for another one; positions are code points. */
final class StringSearch {
  private StringSearch() {}

  static boolean affix(Text self, Args args, boolean start) {
    String what = start ? "startswith" : "endswith";
    Object given = args.bindPositional(what, 1, "affix")[0];
    List<Object> affixes =
        given instanceof Seq seq && seq.kind() == Seq.PythonType.TUPLE
            ? seq.items()
            : List.of(given);
    for (Object one : affixes) {
      String affix = Types.text(one, "the argument of " + what).value();
      if (start ? self.value().startsWith(affix) : self.value().endsWith(affix)) {
        return true;
      }
    }
    return false;
  }

  /** The position of the first or the last occurrence, -1 if there is none. */
  static Object find(Text self, Args args, boolean last) {
    Object given = args.bindPositional(last ? "rfind" : "find", 1, "sub")[0];
    String sub = Types.text(given, "what is looked for").value();
    int at = last ? self.value().lastIndexOf(sub) : self.value().indexOf(sub);
    return at < 0 ? -1L : (long) self.value().codePointCount(0, at);
  }

  static Object index(Text self, Args args) {
    Object at = find(self, args, false);
    if (at.equals(-1L)) {
      throw new TemplateException("index does not find what it looks for");
    }
    return at;
  }

  static Object count(Text self, Args args, Run run) {
    String sub = Types.text(args.bindPositional("count", 1, "sub")[0], "what is counted").value();
    if (sub.isEmpty()) {
      return self.length() + 1L;
    }
    long count = 0;
    String value = self.value();
    for (int at = value.indexOf(sub); at >= 0; at = value.indexOf(sub, at + sub.length())) {
      run.step();
      count++;
    }
    return count;
  }
}

package io.turnmill.prompt.jinja;

import java.util.List;

/** The methods of strings that look for another one; positions are code points. */
final class StringSearch {
  private StringSearch() {}

  static boolean affix(Text self, Args args, boolean start) {
    String what = start ? "startswith" : "endswith";
    Object[] bound = args.bindPositional(what, 1, "affix", "start", "end");
    List<Object> affixes =
        bound[0] instanceof Seq seq && seq.kind().isTuple() ? seq.items() : List.of(bound[0]);
    Window window = new Window(self, bound[1], bound[2]);
    for (Object one : affixes) {
      String affix = Types.text(one, "the argument of " + what).value();
      boolean fits = window.valid() && affix.length() <= window.to - window.from;
      int at = start ? window.from : window.to - affix.length();
      if (fits && self.value().startsWith(affix, at)) {
        return true;
      }
    }
    return false;
  }

  static Object find(String name, Text self, Args args) {
    Object[] bound = args.bindPositional(name, 1, "sub", "start", "end");
    String sub = Types.text(bound[0], "what is looked for").value();
    Window window = new Window(self, bound[1], bound[2]);
    if (!window.valid() || sub.length() > window.to - window.from) {
      return -1L;
    }
    int last = window.to - sub.length();
    int at =
        name.startsWith("r")
            ? self.value().lastIndexOf(sub, last)
            : self.value().indexOf(sub, window.from);
    if (at < window.from || at > last) {
      return -1L;
    }
    return (long) self.value().codePointCount(0, at);
  }

  static Object index(String name, Text self, Args args) {
    Object at = find(name, self, args);
    if (at.equals(-1L)) {
      throw new TemplateException(name + " does not find what it looks for");
    }
    return at;
  }

  static Object count(Text self, Args args, Run run) {
    Object[] bound = args.bindPositional("count", 1, "sub", "start", "end");
    String sub = Types.text(bound[0], "what is counted").value();
    Window window = new Window(self, bound[1], bound[2]);
    if (!window.valid()) {
      return 0L;
    }
    String value = self.value().substring(window.from, window.to);
    if (sub.isEmpty()) {
      return value.codePointCount(0, value.length()) + 1L;
    }
    long count = 0;
    for (int at = value.indexOf(sub); at >= 0; at = value.indexOf(sub, at + sub.length())) {
      run.step();
      count++;
    }
    return count;
  }

  /** From {@code start} to {@code end}, given in code points as slices are, held in units. */
  private static final class Window {
    private final int from;
    private final int to;
    private final boolean startsInside;

    Window(Text self, Object start, Object end) {
      int length = self.length();
      int first = position(start, 0, length);
      int last = Math.min(position(end, length, length), length);
      this.startsInside = first <= length;
      this.from = self.unitOf(Math.min(first, length));
      this.to = self.unitOf(last);
    }

    private static int position(Object given, int otherwise, int length) {
      if (given == null || given instanceof None) {
        return otherwise;
      }
      int at = Types.index(given, "a position");
      return at < 0 ? Math.max(0, at + length) : at;
    }

    boolean valid() {
      return startsInside && from <= to;
    }
  }
}

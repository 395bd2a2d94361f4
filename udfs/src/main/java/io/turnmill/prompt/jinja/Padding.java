package io.turnmill.prompt.jinja;

/** The methods of strings that fill up to a width, in code points. */
final class Padding {
  private Padding() {}

  static Text center(Text self, Args args, Run run) {
    Object[] bound = args.bindPositional("center", 1, "width", "fillchar");
    int width = Types.index(bound[0], "a width");
    int missing = width - self.length();
    int left = missing / 2 + (missing & width & 1);
    return pad(self, bound[1], missing, left, run);
  }

  static Text just(Text self, Args args, boolean left, Run run) {
    Object[] bound = args.bindPositional(left ? "ljust" : "rjust", 1, "width", "fillchar");
    int missing = Types.index(bound[0], "a width") - self.length();
    return pad(self, bound[1], missing, left ? 0 : missing, run);
  }

  private static Text pad(Text self, Object fill, int missing, int left, Run run) {
    Text character = fill == null ? Text.template(" ") : Types.text(fill, "what fills up");
    if (self.isSafe()) {
      character = Strings.escape(character, run);
    }
    if (character.length() != 1) {
      throw new TemplateException("what fills up has to be one character");
    }
    if (missing <= 0) {
      return self;
    }
    Text before = Strings.repeat(character, left, run);
    Text after = Strings.repeat(character, missing - left, run);
    return new TextBuilder(run)
        .append(before)
        .append(self)
        .append(after)
        .toText()
        .withSafe(self.isSafe());
  }

  static Text zfill(Text self, Args args, Run run) {
    int width = Types.index(args.bindPositional("zfill", 1, "width")[0], "a width");
    int missing = width - self.length();
    if (missing <= 0) {
      return self;
    }
    int sign = self.units() > 0 && "+-".indexOf(self.value().charAt(0)) >= 0 ? 1 : 0;
    return new TextBuilder(run)
        .append(self, 0, sign)
        .append(Strings.repeat(Text.template("0"), missing, run))
        .append(self, sign, self.units())
        .toText()
        .withSafe(self.isSafe());
  }

  static Text expandtabs(Text self, Args args, Run run) {
    Object given = args.bind("expandtabs", 0, "tabsize")[0];
    int size = given == null ? 8 : Types.index(given, "the tab size");
    TextBuilder out = new TextBuilder(run);
    String value = self.value();
    int column = 0;
    for (int i = 0; i < value.length(); ) {
      int next = i + Character.charCount(value.codePointAt(i));
      char c = value.charAt(i);
      if (c == '\t') {
        int width = size <= 0 ? 0 : size - column % size;
        out.append(Strings.repeat(Text.of(" ", self.hasInput()), width, run));
        column += width;
      } else {
        out.append(self, i, next);
        column = c == '\n' || c == '\r' ? 0 : column + 1;
      }
      i = next;
    }
    return out.toText().withSafe(self.isSafe());
  }
}

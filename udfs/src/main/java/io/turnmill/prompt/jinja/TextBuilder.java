package io.turnmill.prompt.jinja;

/** Puts texts together and keeps track of where each character comes from. */
final class TextBuilder {
  private final StringBuilder chars;
  private final RangeList input = new RangeList();
  private final Run run;

  TextBuilder(Run run) {
    this(run, 64);
  }

  TextBuilder(Run run, int capacity) {
    this.run = run;
    this.chars = new StringBuilder(capacity);
  }

  int length() {
    return chars.length();
  }

  /** Characters of the template. */
  TextBuilder append(String template) {
    chars.append(template);
    return this;
  }

  TextBuilder append(char template) {
    chars.append(template);
    return this;
  }

  TextBuilder append(Text text) {
    int at = chars.length();
    run.grown(at, text.units());
    chars.append(text.value());
    int[] ranges = text.inputRanges();
    if (ranges.length > 0) {
      input.addShifted(ranges, 0, text.units(), at);
    }
    return this;
  }

  /** Units {@code [from, to)} of a text. */
  TextBuilder append(Text text, int from, int to) {
    int at = chars.length();
    chars.append(text.value(), from, to);
    input.addShifted(text.inputRanges(), from, to, at);
    return this;
  }

  Text toText() {
    return chars.length() == 0 ? Text.EMPTY : Text.traced(chars.toString(), input.toArray());
  }
}

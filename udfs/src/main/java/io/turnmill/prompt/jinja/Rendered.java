package io.turnmill.prompt.jinja;

/**
 * A rendered template, and which of its characters come from outside of it. What the template
 * itself wrote may be a special token of the model; what a conversation holds is only ever text.
 */
public final class Rendered {
  private final String text;
  private final int[] input;

  Rendered(Text text) {
    this.text = text.value();
    this.input = text.inputRanges();
  }

  public String text() {
    return text;
  }

  /** Whether any character in {@code [from, to)}, in UTF-16 units, comes from the input. */
  public boolean isInput(int from, int to) {
    int low = 0;
    int high = input.length / 2 - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (input[2 * middle + 1] <= from) {
        low = middle + 1;
      } else if (input[2 * middle] >= to) {
        high = middle - 1;
      } else {
        return from < to;
      }
    }
    return false;
  }

  /** The first {@code end} UTF-16 units, with what is known of them. */
  public Rendered head(int end) {
    return new Rendered(Text.traced(text, input).slice(0, end));
  }

  /** The same with more text after it, which is not input. */
  public Rendered then(String more) {
    RangeList known = new RangeList();
    known.addShifted(input, 0, text.length(), 0);
    return new Rendered(Text.traced(text + more, known.toArray()));
  }

  /** Lengths only: it holds text of a conversation. */
  @Override
  public String toString() {
    return "Rendered[" + text.length() + " chars]";
  }
}

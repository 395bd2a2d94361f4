package io.turnmill.prompt.jinja;

/**
 * A string of the interpreter. It knows which of its characters come from the conversation, and
 * whether it is marked as safe HTML ({@code |safe}). Length and positions of the template language
 * are code points; positions inside this package are UTF-16 units unless a name says otherwise.
 *
 * <p>Equality and hash look at the characters alone.
 */
final class Text implements Comparable<Text> {
  /** Ranges of a text that is the template's own. */
  private static final int[] NONE = {};

  /** Ranges of a text that is all input; readers clip them to the length. */
  private static final int[] ALL = {0, Integer.MAX_VALUE};

  static final Text EMPTY = new Text("", NONE, false);

  private final String value;

  /** {@code [from, to, from, to, …)} in ascending order, not touching: the characters of input. */
  private final int[] input;

  private final boolean safe;

  /** Whether a surrogate pair occurs: 0 unknown, 1 no, 2 yes. A benign race: always the same. */
  private byte surrogates;

  private Text(String value, int[] input, boolean safe) {
    this.value = value;
    this.input = input;
    this.safe = safe;
  }

  static Text template(String value) {
    return new Text(value, NONE, false);
  }

  static Text input(String value) {
    return new Text(value, ALL, false);
  }

  /** All input if {@code anyInput}, else the template's: for results too odd to be traced. */
  static Text of(String value, boolean anyInput) {
    return new Text(value, anyInput ? ALL : NONE, false);
  }

  /** The ranges are taken over, not copied. */
  static Text traced(String value, int[] input) {
    return new Text(value, input, false);
  }

  String value() {
    return value;
  }

  /** May reach behind the end: clip to {@link #units()}. Not to be changed. */
  int[] inputRanges() {
    return input;
  }

  boolean hasInput() {
    return input.length > 0 && !value.isEmpty();
  }

  boolean isSafe() {
    return safe;
  }

  Text asSafe() {
    return withSafe(true);
  }

  Text asPlain() {
    return withSafe(false);
  }

  Text withSafe(boolean wanted) {
    return safe == wanted ? this : new Text(value, input, wanted);
  }

  /** Other characters in the same places: for changes of case and the like. */
  Text changed(String other) {
    if (other.equals(value)) {
      return this;
    }
    boolean sameShape = input.length == 0 || input == ALL || other.length() == value.length();
    return new Text(other, sameShape ? input : ALL, safe);
  }

  int units() {
    return value.length();
  }

  boolean isEmpty() {
    return value.isEmpty();
  }

  boolean hasSurrogates() {
    if (surrogates == 0) {
      byte found = 1;
      for (int i = 0; i < value.length(); i++) {
        if (Character.isSurrogate(value.charAt(i))) {
          found = 2;
          break;
        }
      }
      surrogates = found;
    }
    return surrogates == 2;
  }

  /** Length in code points. */
  int length() {
    return hasSurrogates() ? value.codePointCount(0, value.length()) : value.length();
  }

  /** The unit at which the given code point begins. */
  int unitOf(int codePointIndex) {
    return hasSurrogates() ? value.offsetByCodePoints(0, codePointIndex) : codePointIndex;
  }

  /** Units {@code [from, to)}. */
  Text slice(int from, int to) {
    if (from == 0 && to == value.length()) {
      return this;
    }
    if (from >= to) {
      return safe ? EMPTY.asSafe() : EMPTY;
    }
    String part = value.substring(from, to);
    if (input.length == 0 || input == ALL) {
      return new Text(part, input, safe);
    }
    RangeList ranges = new RangeList();
    ranges.addShifted(input, from, to, 0);
    return new Text(part, ranges.toArray(), safe);
  }

  /** The characters, those of input replaced by one ellipsis for each range. */
  String maskedInput() {
    StringBuilder shown = new StringBuilder();
    int at = 0;
    for (int i = 0; i < input.length && input[i] < value.length(); i += 2) {
      shown.append(value, at, input[i]).append('…');
      at = Math.min(input[i + 1], value.length());
    }
    return shown.append(value, at, value.length()).toString();
  }

  /** By code points, as strings of the template language compare. */
  @Override
  public int compareTo(Text other) {
    int n = Math.min(value.length(), other.value.length());
    for (int i = 0; i < n; i++) {
      char a = value.charAt(i);
      char b = other.value.charAt(i);
      if (a != b) {
        boolean pairA = Character.isSurrogate(a);
        return pairA == Character.isSurrogate(b) ? a - b : pairA ? 1 : -1;
      }
    }
    return value.length() - other.value.length();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Text text && value.equals(text.value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  /** Length only: it may be text of a conversation. */
  @Override
  public String toString() {
    return "Text[" + value.length() + " chars]";
  }
}

package io.turnmill.job.read;

/**
 * Where a CSV record ends, strictly after RFC 4180: a quote opens at the beginning of a field only,
 * and after the closing one there must be a delimiter or the end. A quote inside of a plain field,
 * which RFC 4180 forbids and careless writers make, is let pass in a record of one line only: in a
 * longer one it is a sign that the record began with a quote that was never closed. Fed line by
 * line.
 */
final class CsvScan {
  private enum State {
    FIELD_START,
    PLAIN,
    QUOTED,
    QUOTE_SEEN,
    BAD
  }

  private final byte delimiter;
  private State state = State.FIELD_START;
  private int columns = 1;
  private int lines;

  CsvScan(char delimiter) {
    this.delimiter = (byte) delimiter;
  }

  /** Takes the next line, without its line feed. */
  void line(byte[] line) {
    lines++;
    int end = line.length > 0 && line[line.length - 1] == '\r' ? line.length - 1 : line.length;
    for (int i = 0; i < end && state != State.BAD; i++) {
      state = step(line[i]);
    }
    if (end < line.length && state == State.QUOTED) {
      state = step((byte) '\r');
    }
  }

  private State step(byte b) {
    if (b == delimiter && state != State.QUOTED) {
      columns++;
      return State.FIELD_START;
    }
    return switch (state) {
      case FIELD_START -> b == '"' ? State.QUOTED : State.PLAIN;
      case PLAIN -> b == '"' && lines > 1 ? State.BAD : State.PLAIN;
      case QUOTED -> b == '"' ? State.QUOTE_SEEN : State.QUOTED;
      case QUOTE_SEEN -> b == '"' ? State.QUOTED : State.BAD;
      case BAD -> State.BAD;
    };
  }

  boolean isBad() {
    return state == State.BAD;
  }

  /** Whether the record continues in the next line. */
  boolean isOpen() {
    return state == State.QUOTED;
  }

  int columns() {
    return columns;
  }
}

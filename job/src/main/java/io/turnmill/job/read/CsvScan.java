package io.turnmill.job.read;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds the cells of a CSV record and its end, strictly by RFC 4180: a quote opens only at the
 * beginning of a field, and after the closing quote there must be a delimiter or the end. A quote
 * inside of a plain field, which RFC 4180 forbids but some programs write, is accepted only in a
 * record of one line: in a longer record it is a sign that the record began with a quote that was
 * never closed. Takes one line after the other.
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
  private final List<byte[]> cells = new ArrayList<>();
  private State state = State.FIELD_START;
  private byte[] cell = new byte[64];
  private int cellBytes;
  private int lines;
  private boolean hasBareReturn;

  CsvScan(char delimiter) {
    this.delimiter = (byte) delimiter;
  }

  /** Takes the next line, without its line feed. */
  void line(byte[] line) {
    if (lines > 0) {
      append((byte) '\n');
    }
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
      cells.add(Arrays.copyOf(cell, cellBytes));
      cellBytes = 0;
      return State.FIELD_START;
    }
    return switch (state) {
      case FIELD_START -> b == '"' ? State.QUOTED : plain(b);
      case PLAIN -> b == '"' && lines > 1 ? State.BAD : plain(b);
      case QUOTED -> b == '"' ? State.QUOTE_SEEN : quoted(b);
      case QUOTE_SEEN -> b == '"' ? quoted(b) : State.BAD;
      case BAD -> State.BAD;
    };
  }

  private State plain(byte b) {
    hasBareReturn |= b == '\r';
    append(b);
    return State.PLAIN;
  }

  private State quoted(byte b) {
    append(b);
    return State.QUOTED;
  }

  private void append(byte b) {
    if (cellBytes == cell.length) {
      cell = Arrays.copyOf(cell, 2 * cellBytes);
    }
    cell[cellBytes++] = b;
  }

  boolean isBad() {
    return state == State.BAD;
  }

  /** Whether the record continues in the next line. */
  boolean isOpen() {
    return state == State.QUOTED;
  }

  /** Whether a carriage return stands outside of quotes and not at the end of a line. */
  boolean hasBareReturn() {
    return hasBareReturn;
  }

  int columns() {
    return cells.size() + 1;
  }

  /** The cells of the record that has ended. */
  List<String> cells() throws Utf8.InvalidUtf8 {
    List<String> texts = new ArrayList<>();
    for (byte[] bytes : cells) {
      texts.add(Utf8.decode(bytes, 0, bytes.length));
    }
    texts.add(Utf8.decode(cell, 0, cellBytes));
    return texts;
  }
}

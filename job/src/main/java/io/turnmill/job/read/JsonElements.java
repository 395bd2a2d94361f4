package io.turnmill.job.read;

import io.turnmill.job.read.DecodedRecord.Broken;
import io.turnmill.session.Place;
import io.turnmill.session.RejectionCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads JSON values that are the elements of a list, or follow one another, over any number of
 * lines. Only brackets and quotes decide where a value ends; then each value is parsed strictly by
 * itself, so that a bad one does not affect another. A line feed inside of a text, which JSON
 * forbids, ends the text, so that a missing quote affects only its own record.
 */
final class JsonElements implements RecordSource {
  private static final int END = -1;

  private final String file;
  private final InputStream in;
  private final int maxBytes;
  private final byte[] buffer = new byte[1 << 16];
  private int next;
  private int limit;

  private final ByteArrayOutputStream element = new ByteArrayOutputStream();
  private long length;
  private long line = 1;
  private long startLine = 1;
  private long index = -1;
  private boolean inList;
  private boolean ended;

  JsonElements(String file, InputStream in, int maxBytes) {
    this.file = file;
    this.in = in;
    this.maxBytes = maxBytes;
  }

  @Override
  public Optional<DecodedRecord> next() throws IOException {
    if (ended) {
      return Optional.empty();
    }
    startLine = line;
    index++;
    int first = skipToElement();
    startLine = line;
    element.reset();
    length = 0;
    if (first == END) {
      ended = true;
      return inList
          ? Optional.of(unreadable("the file ends before its list is closed"))
          : Optional.empty();
    }
    if (!scan(first)) {
      ended = true;
      return Optional.of(unreadable("the file ends inside of this record"));
    }
    if (length > maxBytes) {
      return Optional.of(
          new Broken(
              place(), RejectionCode.RECORD_TOO_LARGE, length + " bytes, more than " + maxBytes));
    }
    byte[] bytes = element.toByteArray();
    return Optional.of(
        DecodedRecord.decode(
            place(), () -> JsonText.record(Utf8.decode(bytes, 0, bytes.length), place())));
  }

  private Broken unreadable(String why) {
    return new Broken(place(), RejectionCode.UNREADABLE_FILE, why);
  }

  /** Passes over blanks, commas and the brackets of the list itself. */
  private int skipToElement() throws IOException {
    while (true) {
      int b = peek();
      boolean blank = b == ' ' || b == '\n' || b == '\r' || b == '\t';
      boolean mark = index == 0 && !inList && (b == 0xEF || b == 0xBB || b == 0xBF);
      if (b == '[' && !inList) {
        inList = true;
      } else if (b == ']' && inList) {
        inList = false;
      } else if (!blank && !mark && b != ',') {
        return b;
      }
      take();
    }
  }

  /** Reads one element. Returns false if the file ends inside of it. */
  private boolean scan(int first) throws IOException {
    return switch (first) {
      case '{' -> scanNested('{', '}');
      case '[' -> scanNested('[', ']');
      case '"' -> {
        keep(take());
        yield scanString();
      }
      default -> scanWord();
    };
  }

  /**
   * Reads to the closing bracket. Only one kind of bracket is counted: the other kind is nested
   * inside, or the record is bad.
   */
  private boolean scanNested(char open, char close) throws IOException {
    int depth = 0;
    while (true) {
      int b = take();
      if (b == END) {
        return false;
      }
      keep(b);
      if (b == open) {
        depth++;
      } else if (b == close) {
        depth--;
      } else if (b == '"' && !scanString()) {
        return false;
      }
      if (depth == 0) {
        return true;
      }
    }
  }

  /** Reads from after the opening quote to after the closing one. */
  private boolean scanString() throws IOException {
    while (true) {
      int b = take();
      if (b == END) {
        return false;
      }
      keep(b);
      if (b == '"' || b == '\n') {
        return true;
      }
      if (b == '\\' && peek() != '\n') {
        keep(take());
      }
    }
  }

  private boolean scanWord() throws IOException {
    do {
      keep(take());
    } while (!endsWord(peek()));
    return true;
  }

  private static boolean endsWord(int b) {
    return b == END || b <= ' ' || b == ',' || b == ']' || b == '{' || b == '[';
  }

  private void keep(int b) {
    length++;
    if (length <= maxBytes) {
      element.write(b);
    }
  }

  private int peek() throws IOException {
    if (next == limit) {
      next = 0;
      limit = 0;
      limit = Math.max(0, in.read(buffer, 0, buffer.length));
    }
    return next == limit ? END : buffer[next] & 0xff;
  }

  private int take() throws IOException {
    int b = peek();
    if (b != END) {
      next++;
      if (b == '\n') {
        line++;
      }
    }
    return b;
  }

  @Override
  public Place place() {
    return new Place(file, OptionalLong.of(startLine), OptionalLong.of(Math.max(0, index)));
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}

package io.turnmill.job.read;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads lines of bytes, each ended by a line feed or the end of the file. A line that is longer
 * than the limit is passed over and not kept.
 */
final class ByteLines implements Closeable {
  private final InputStream in;
  private final int maxBytes;
  private final byte[] buffer = new byte[1 << 16];
  private int next;
  private int limit;
  private long position;

  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private long start;
  private long length;

  /**
   * Reads the lines from the present position of a stream.
   *
   * @param position the position of the stream's next byte in the file
   */
  ByteLines(InputStream in, long position, int maxBytes) {
    this.in = in;
    this.position = position;
    this.start = position;
    this.maxBytes = maxBytes;
  }

  /** Goes to the next line, if there is one. */
  boolean advance() throws IOException {
    start = position;
    length = 0;
    line.reset();
    if (next == limit && !fill()) {
      return false;
    }
    while (true) {
      int end = next;
      while (end < limit && buffer[end] != '\n') {
        end++;
      }
      keep(end - next);
      boolean terminated = end < limit;
      position += end - next + (terminated ? 1 : 0);
      next = end + (terminated ? 1 : 0);
      if (terminated || !fill()) {
        return true;
      }
    }
  }

  private void keep(int count) {
    length += count;
    if (length <= maxBytes) {
      line.write(buffer, next, count);
    }
  }

  private boolean fill() throws IOException {
    next = 0;
    limit = 0;
    int count = in.read(buffer, 0, buffer.length);
    limit = Math.max(0, count);
    return count > 0;
  }

  /** The position of the byte after the line and its line feed. */
  long position() {
    return position;
  }

  /** The position of the line's first byte. */
  long start() {
    return start;
  }

  /** The number of bytes in the line, without the line feed. */
  long length() {
    return length;
  }

  boolean tooLarge() {
    return length > maxBytes;
  }

  /** The bytes of the line, without the line feed. Only for a line that is not too large. */
  byte[] bytes() {
    return line.toByteArray();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}

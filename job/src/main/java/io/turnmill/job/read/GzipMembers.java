package io.turnmill.job.read;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * What the members of a gzip file hold, one after another (RFC 1952). Zero bytes behind a member
 * are no damage: tapes and archivers fill their blocks with them, and gzip itself passes over them.
 */
final class GzipMembers extends InputStream {
  private static final int MAGIC = 0x8b1f;
  private static final int DEFLATE = 8;

  /** Flags of a header. */
  private static final int HEADER_CRC = 2;

  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int RESERVED = 0xe0;

  private final InputStream in;
  private final Inflater inflater = new Inflater(true);

  /** Of the header while that is read, then of what the member holds. */
  private final CRC32 crc = new CRC32();

  private final byte[] buffer = new byte[1 << 16];
  private int next;
  private int limit;
  private boolean isInMember;
  private boolean isFirst = true;

  /**
   * @param in with a member at its beginning
   */
  GzipMembers(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /**
   * @throws EOFException when the file ends within a member
   * @throws ZipException when it is damaged
   */
  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (isInMember || begin()) {
      int count = inflate(bytes, offset, length);
      if (count > 0) {
        crc.update(bytes, offset, count);
        return count;
      }
      if (inflater.finished()) {
        end();
      } else if (inflater.needsDictionary()) {
        throw new ZipException("a preset dictionary");
      } else if (!fill()) {
        throw new EOFException("the file ends within a member");
      } else {
        inflater.setInput(buffer, 0, limit);
      }
    }
    return -1;
  }

  private int inflate(byte[] bytes, int offset, int length) throws ZipException {
    try {
      return inflater.inflate(bytes, offset, length);
    } catch (DataFormatException e) {
      throw new ZipException(e.getMessage());
    }
  }

  /** Reads the header of a member; false at the end of the file. */
  private boolean begin() throws IOException {
    if (!isFirst && !skipZeros()) {
      return false;
    }
    isFirst = false;
    crc.reset();
    int magic = number(2);
    int method = octet();
    int flags = octet();
    if (magic != MAGIC || method != DEFLATE || (flags & RESERVED) != 0) {
      throw new ZipException("no header of a member");
    }
    skip(6); // time, extra flags, system
    if ((flags & EXTRA) != 0) {
      skip(number(2));
    }
    if ((flags & NAME) != 0) {
      skipText();
    }
    if ((flags & COMMENT) != 0) {
      skipText();
    }
    if ((flags & HEADER_CRC) != 0 && ((int) crc.getValue() & 0xffff) != number(2)) {
      throw new ZipException("the header does not fit its checksum");
    }
    crc.reset();
    inflater.reset();
    inflater.setInput(buffer, next, limit - next);
    isInMember = true;
    return true;
  }

  /** Reads what follows the data of a member: their checksum, and their length modulo 2^32. */
  private void end() throws IOException {
    next = limit - inflater.getRemaining();
    int checksum = (int) crc.getValue();
    int length = (int) inflater.getBytesWritten();
    if (number(4) != checksum || number(4) != length) {
      throw new ZipException("the data do not fit their checksum");
    }
    isInMember = false;
  }

  private boolean skipZeros() throws IOException {
    while (next < limit || fill()) {
      if (buffer[next] != 0) {
        return true;
      }
      next++;
    }
    return false;
  }

  private void skip(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      octet();
    }
  }

  private void skipText() throws IOException {
    while (octet() != 0) {
      // up to the zero byte that ends it
    }
  }

  /** Of this many bytes, the lowest first. */
  private int number(int bytes) throws IOException {
    int number = 0;
    for (int i = 0; i < bytes; i++) {
      number |= octet() << (8 * i);
    }
    return number;
  }

  private int octet() throws IOException {
    if (next == limit && !fill()) {
      throw new EOFException("the file ends within a member");
    }
    crc.update(buffer[next]);
    return buffer[next++] & 0xff;
  }

  private boolean fill() throws IOException {
    next = 0;
    limit = Math.max(0, in.read(buffer, 0, buffer.length));
    return limit > 0;
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    in.close();
  }
}

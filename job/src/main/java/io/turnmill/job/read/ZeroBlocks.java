package io.turnmill.job.read;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Passes text through, and throws at a block of zero bytes. After a crash or on a full disk, files
 * have blocks of zero bytes where there should be text. Text does not have zero bytes, and a whole
 * block of them is not a fault of one record.
 */
final class ZeroBlocks extends FilterInputStream {
  /** The size of the smallest block of disks, in bytes. */
  private static final int BLOCK = 512;

  /** Every block includes several positions that are multiples of this. */
  private static final int STEP = 256;

  private long position;
  private int run;

  /**
   * @param position the position of the stream's next byte in the file, decompressed
   */
  ZeroBlocks(InputStream in, long position) {
    super(in);
    this.position = position;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /**
   * @throws DamagedInputException when there is a block of zero bytes
   */
  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int count = in.read(bytes, offset, length);
    if (count > 0) {
      check(bytes, offset, offset + count);
      position += count;
    }
    return count;
  }

  private void check(byte[] bytes, int from, int end) throws DamagedInputException {
    int start = zerosEnd(bytes, from, end);
    refuseBlock(run + start - from, position - run);
    if (start == end) {
      run += end - from;
      return;
    }
    for (int at = start + STEP - 1; at < end; at += STEP) {
      if (bytes[at] == 0) {
        int first = zerosBegin(bytes, start, at);
        refuseBlock(zerosEnd(bytes, at, end) - first, position + first - from);
      }
    }
    run = end - zerosBegin(bytes, start, end);
  }

  private static int zerosEnd(byte[] bytes, int from, int end) {
    int at = from;
    while (at < end && bytes[at] == 0) {
      at++;
    }
    return at;
  }

  private static int zerosBegin(byte[] bytes, int start, int end) {
    int at = end;
    while (at > start && bytes[at - 1] == 0) {
      at--;
    }
    return at;
  }

  private static void refuseBlock(int zeros, long at) throws DamagedInputException {
    if (zeros >= BLOCK) {
      throw new DamagedInputException(
          "from byte %s on there are only zero bytes where text should be".formatted(at));
    }
  }

  @Override
  public long skip(long count) throws IOException {
    byte[] skipped = new byte[(int) Math.min(count, 1 << 13)];
    return Math.max(0, read(skipped, 0, skipped.length));
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}

package io.turnmill.job.read;

import io.turnmill.job.hadoop.Retry;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.hadoop.fs.ChecksumException;

/**
 * Reads the bytes of a file from its store. If the store fails, the file is opened again at the
 * same position; if it still fails after all attempts, a {@link StoreException} is thrown. If the
 * file has changed or does not fit its checksums, a {@link DamagedInputException} is thrown.
 */
final class StoreInput extends InputStream {
  private static final String SHORTER = "it is shorter than when it was listed";

  private final Opener opener;
  private final Presence presence;
  private final long end;
  private final Retry retry;
  private final String name;
  private Optional<Opened> opened = Optional.empty();
  private long openedAt;
  private long position;

  /** Sets the position in an open file. */
  @FunctionalInterface
  interface Seek {
    void to(long position) throws IOException;
  }

  /** A file that is open, at its beginning. */
  record Opened(InputStream in, Seek seek) {}

  /** Opens the file. */
  @FunctionalInterface
  interface Opener {
    Opened open() throws IOException;
  }

  /**
   * Makes a stream that opens the file at the first read.
   *
   * @param name the name of the file, for the log
   * @param presence asks whether the file is there, when it seems to be missing
   * @param end the position up to which there must be bytes
   */
  StoreInput(String name, Opener opener, Presence presence, long end, Retry retry) {
    this.name = name;
    this.opener = opener;
    this.presence = presence;
    this.end = end;
    this.retry = retry;
  }

  long position() {
    return position;
  }

  /** Sets the position of the next byte to be read; the store is not asked before that. */
  void seek(long next) {
    position = next;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    int count;
    try {
      count = retry.call("reading " + name, () -> readOnce(bytes, offset, length));
    } catch (DamagedInputException e) {
      throw e;
    } catch (IOException e) {
      throw new StoreException(e);
    }
    if (count < 0 && position < end) {
      throw new DamagedInputException(SHORTER);
    }
    position += Math.max(0, count);
    return count;
  }

  private int readOnce(byte[] bytes, int offset, int length) throws IOException {
    try {
      return checked(() -> readOpened(bytes, offset, length));
    } catch (IOException e) {
      closeQuietly();
      if (e instanceof EOFException) {
        throw new DamagedInputException(SHORTER, e);
      }
      if (e instanceof ChecksumException) {
        throw new DamagedInputException("its bytes do not fit its checksums", e);
      }
      throw checked(() -> presence.meaning(e));
    }
  }

  private int readOpened(byte[] bytes, int offset, int length) throws IOException {
    if (opened.isEmpty()) {
      opened = Optional.of(opener.open());
      openedAt = 0;
    }
    if (openedAt != position) {
      opened.get().seek().to(position);
      openedAt = position;
    }
    int count = opened.get().in().read(bytes, offset, length);
    openedAt += Math.max(0, count);
    return count;
  }

  /**
   * Sends a request to a store. All that a connector throws is a failure of the store, because some
   * throw {@link RuntimeException}s of the library that they use.
   */
  static <T> T checked(Retry.Action<T> request) throws IOException {
    try {
      return request.call();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (RuntimeException e) {
      throw new IOException(e);
    }
  }

  private void closeQuietly() {
    try {
      close();
    } catch (IOException | RuntimeException e) {
      // an error of close() does not matter after a failure
    }
  }

  @Override
  public void close() throws IOException {
    if (opened.isPresent()) {
      InputStream in = opened.get().in();
      opened = Optional.empty();
      in.close();
    }
  }
}

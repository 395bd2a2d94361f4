package io.turnmill.job.read;

import io.turnmill.job.hadoop.Retry;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.hadoop.fs.ChecksumException;

/**
 * The bytes of a file as its store gives them. When the store fails, the file is opened again where
 * it was; what it still throws then is a {@link StoreException}. A file that is not what it was or
 * should be is a {@link DamagedInputException}.
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

  /** Goes to a byte of an open file. */
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
   * Opens nothing yet.
   *
   * @param name of the file, for the log
   * @param presence of the file, asked for when it seems to be gone
   * @param end position up to which there must be bytes
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

  /** The next byte to be read; nothing is done before it is. */
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
   * Asks a store. Whatever a connector throws is a failure of the store: some throw {@link
   * RuntimeException}s of the library that they call.
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
      // it failed already
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

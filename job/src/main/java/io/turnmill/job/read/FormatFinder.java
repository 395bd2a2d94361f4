package io.turnmill.job.read;

import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Finds the format of a file by its first bytes, if its name does not tell it completely. */
final class FormatFinder {
  private static final int FIRST_BYTES = 1 << 16;

  private FormatFinder() {}

  /** The bytes for {@link #find}; fewer if the file is short or damaged. */
  static final class FirstBytes {
    private final byte[] bytes;
    private final Optional<IOException> damage;

    /**
     * @param damage why the file cannot be read further, if it is damaged
     */
    private FirstBytes(byte[] bytes, Optional<IOException> damage) {
      this.bytes = bytes;
      this.damage = damage;
    }

    byte[] bytes() {
      return bytes;
    }

    /** The whole file: these bytes, and then the rest, or the exception that was thrown instead. */
    InputStream then(InputStream rest) {
      List<InputStream> parts = new ArrayList<>(List.of(new ByteArrayInputStream(bytes)));
      damage.ifPresent(thrown -> parts.add(new Damaged(thrown)));
      parts.add(rest);
      return new SequenceInputStream(Collections.enumeration(parts));
    }
  }

  /**
   * Throws what was thrown, because a decompressor that is asked again may report the end of the
   * file.
   */
  private static final class Damaged extends InputStream {
    private final IOException damage;

    Damaged(IOException damage) {
      this.damage = damage;
    }

    @Override
    public int read() throws IOException {
      throw damage;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      throw damage;
    }
  }

  /**
   * Reads the beginning of a file.
   *
   * @param in the file from its beginning, decompressed
   * @throws IOException when nothing can be read
   */
  static FirstBytes firstBytes(InputStream in) throws IOException {
    byte[] bytes = new byte[FIRST_BYTES];
    int length = 0;
    Optional<IOException> damage = Optional.empty();
    try {
      for (int read = 0; read >= 0 && length < FIRST_BYTES; ) {
        read = in.read(bytes, length, FIRST_BYTES - length);
        length += Math.max(0, read);
      }
    } catch (IOException e) {
      // The bytes before the damage still tell the format, and their records are still read.
      if (length == 0) {
        throw e;
      }
      damage = Optional.of(e);
    }
    return new FirstBytes(Arrays.copyOf(bytes, length), damage);
  }

  /**
   * The format of a file.
   *
   * @param byName the format as far as the name tells it
   * @throws UnknownFormatException when the bytes do not tell a format, or a different one than the
   *     name
   */
  static FileFormat find(FileFormat byName, byte[] first) throws UnknownFormatException {
    Optional<FileFormat> byBytes = of(first, first.length);
    if (byName != FileFormat.JSON) {
      return byBytes.orElseThrow(
          () -> new UnknownFormatException(" is told neither by its name nor by its first bytes"));
    }
    if (byBytes.isPresent() && byBytes.get() == FileFormat.PARQUET) {
      throw new UnknownFormatException(" is Parquet, and it is to be read as JSON");
    }
    return byBytes.orElse(FileFormat.JSON_LINES);
  }

  static Optional<FileFormat> of(byte[] bytes, int length) {
    if (length >= 4 && new String(bytes, 0, 4, StandardCharsets.ISO_8859_1).equals("PAR1")) {
      return Optional.of(FileFormat.PARQUET);
    }
    int first = Utf8.byteOrderMark(bytes, length);
    while (first < length && bytes[first] >= 0 && bytes[first] <= ' ') {
      first++;
    }
    if (first == length) {
      return Optional.empty();
    }
    return switch (bytes[first]) {
      case '[' -> Optional.of(FileFormat.JSON_ELEMENTS);
      case '{' -> Optional.of(objects(bytes, first, length));
      default -> Optional.empty();
    };
  }

  /** JSON lines, unless the first line ends inside of an object. */
  private static FileFormat objects(byte[] bytes, int first, int length) {
    int end = first;
    while (end < length && bytes[end] != '\n') {
      end++;
    }
    if (end == length) {
      return length == FIRST_BYTES ? FileFormat.JSON_LINES : FileFormat.JSON_ELEMENTS;
    }
    String line = new String(Arrays.copyOfRange(bytes, first, end), StandardCharsets.UTF_8);
    try {
      JsonText.isComplete(line);
      return FileFormat.JSON_LINES;
    } catch (JsonEOFException e) {
      return FileFormat.JSON_ELEMENTS;
    }
  }
}

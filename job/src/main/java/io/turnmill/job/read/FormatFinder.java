package io.turnmill.job.read;

import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Finds out the format of a file: by the end of its name, else by its first bytes. */
final class FormatFinder {
  private static final int FIRST_BYTES = 1 << 16;

  private final Configuration conf;

  FormatFinder(Configuration conf) {
    this.conf = conf;
  }

  /** The format, or nothing if neither name nor bytes tell it. */
  Optional<FileFormat> find(Path path) throws IOException {
    String name = path.getName().toLowerCase(Locale.ROOT);
    Compression compression = Compression.of(name);
    String plain = compression.strip(name);
    if (plain.endsWith(".jsonl") || plain.endsWith(".ndjson")) {
      return Optional.of(FileFormat.JSON_LINES);
    }
    if (plain.endsWith(".csv")) {
      return Optional.of(FileFormat.CSV);
    }
    if (plain.endsWith(".tsv")) {
      return Optional.of(FileFormat.TSV);
    }
    if (plain.endsWith(".parquet")) {
      return Optional.of(FileFormat.PARQUET);
    }
    Optional<FileFormat> byBytes = byFirstBytes(path, compression);
    return plain.endsWith(".json") ? byBytes.or(() -> Optional.of(FileFormat.JSON_LINES)) : byBytes;
  }

  /** Lines of JSON, or JSON of any other form. */
  FileFormat findJson(Path path) throws IOException {
    Compression compression = Compression.of(path.getName().toLowerCase(Locale.ROOT));
    return byFirstBytes(path, compression)
        .filter(format -> format == FileFormat.JSON_ELEMENTS)
        .orElse(FileFormat.JSON_LINES);
  }

  private Optional<FileFormat> byFirstBytes(Path path, Compression compression) throws IOException {
    FileSystem fs = path.getFileSystem(conf);
    try (InputStream file = fs.open(path);
        InputStream in = compression.open(file, conf)) {
      byte[] bytes = new byte[FIRST_BYTES];
      int length = in.readNBytes(bytes, 0, FIRST_BYTES);
      return of(bytes, length);
    } catch (java.io.EOFException e) {
      return Optional.empty();
    }
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

  /** Lines, unless the first line ends inside of an object. */
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

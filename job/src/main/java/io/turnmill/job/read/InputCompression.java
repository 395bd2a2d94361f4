package io.turnmill.job.read;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.compress.GzipCodec;
import org.apache.hadoop.util.ReflectionUtils;

/** The compression of a whole file, found by the end of its name and checked by its first bytes. */
enum InputCompression {
  NONE("", "", "$."),
  /** RFC 1952. */
  GZIP("1f8b08", ".gz", "\\.(gz|gzip)$"),
  BZIP2("425a68", ".bz2", "\\.bz2$"),
  /** RFC 8878. */
  ZSTD("28b52ffd", ".zst", "\\.(zst|zstd)$");

  /** The endings of compressed files, and of archives of files, that cannot be read. */
  private static final List<String> OTHERS =
      List.of(
          ".xz",
          ".lzma",
          ".lz",
          ".lz4",
          ".lzo",
          ".br",
          ".z",
          ".zz",
          ".deflate",
          ".snappy",
          ".sz",
          ".7z",
          ".zip",
          ".rar",
          ".tar",
          ".tgz",
          ".tbz",
          ".tbz2",
          ".txz",
          ".tzst");

  /**
   * This many bytes of compressed data always include a control character; text does not have any.
   */
  private static final int FIRST_BYTES = 1024;

  /**
   * The longest window of Zstandard, as a power of two in bytes: the longest that a 64-bit machine
   * writes ({@code zstd --ultra --long=31}). A file takes only the memory of its own window.
   */
  private static final int LONGEST_WINDOW = 31;

  /** The start of a bzip2 file, in hex: a level, and then a first block or the end. */
  private static final Pattern BZIP2_BLOCKS = Pattern.compile("425a683[1-9](31415926|17724538)");

  /** The first bytes of such a file, in hex. */
  private final String magic;

  private final String usualEnding;
  private final Pattern ending;

  InputCompression(String magic, String usualEnding, String ending) {
    this.magic = magic;
    this.usualEnding = usualEnding;
    this.ending = Pattern.compile(ending);
  }

  static InputCompression of(String lowerCaseName) {
    return Arrays.stream(values())
        .filter(compression -> compression.ending.matcher(lowerCaseName).find())
        .findFirst()
        .orElse(NONE);
  }

  /**
   * The ending for a format that cannot be read, if the name has one, perhaps before a
   * compression's.
   */
  static Optional<String> unread(String lowerCaseName) {
    String plain = of(lowerCaseName).strip(lowerCaseName);
    return OTHERS.stream().filter(plain::endsWith).findFirst();
  }

  /** The name without the ending of the compression. */
  String strip(String name) {
    return ending.matcher(name).replaceFirst("");
  }

  /**
   * Opens the text of a file. A file that is named as if it were compressed, but is text, is read
   * as it is, because clients that decompress what they fetch leave such names. An empty file has
   * an empty text.
   *
   * @param in the file from its beginning
   * @throws DamagedInputException when it is compressed but its name does not say so, or when it is
   *     compressed twice
   */
  InputStream open(InputStream in, Configuration conf) throws IOException {
    byte[] first = in.readNBytes(FIRST_BYTES);
    InputStream all = new SequenceInputStream(new ByteArrayInputStream(first), in);
    InputCompression found = byMagic(first);
    if (this == NONE && isCompressed(first)) {
      throw new DamagedInputException(
          "it holds %s data, so its name has to end with %s".formatted(found, found.usualEnding));
    }
    boolean plain = found == NONE && isText(first);
    return this == NONE || first.length == 0 || plain ? all : once(decompressed(all, conf));
  }

  private static InputStream once(InputStream text) throws IOException {
    // No more bytes are read, so that a damage soon after them does not hide records before it.
    byte[] first = text.readNBytes(Long.BYTES);
    if (isCompressed(first)) {
      throw new DamagedInputException("it is compressed twice");
    }
    return new SequenceInputStream(new ByteArrayInputStream(first), text);
  }

  private static InputCompression byMagic(byte[] first) {
    String hex = HexFormat.of().formatHex(first, 0, Math.min(first.length, 4));
    return Arrays.stream(values())
        .filter(one -> one != NONE && hex.startsWith(one.magic))
        .findFirst()
        .orElse(NONE);
  }

  /**
   * Whether the bytes cannot be text, which may begin with BZh but not with the next bytes of
   * bzip2.
   */
  private static boolean isCompressed(byte[] first) {
    InputCompression found = byMagic(first);
    String hex = HexFormat.of().formatHex(first, 0, Math.min(first.length, Long.BYTES));
    return found != NONE && (found != BZIP2 || BZIP2_BLOCKS.matcher(hex).matches());
  }

  private static boolean isText(byte[] first) {
    for (byte b : first) {
      if (b >= 0 && b < ' ' && b != '\n' && b != '\r' && b != '\t') {
        return false;
      }
    }
    return true;
  }

  /** Decompresses all members of a file, which pigz and bgzip write. */
  private InputStream decompressed(InputStream in, Configuration conf) throws IOException {
    return switch (this) {
      case NONE -> in;
      case GZIP -> ReflectionUtils.newInstance(GzipCodec.class, conf).createInputStream(in);
      // Hadoop's reader stops without an error at bytes that do not begin a block.
      case BZIP2 -> new BZip2CompressorInputStream(in, /* decompressConcatenated= */ true);
      case ZSTD -> new ZstdInputStreamNoFinalizer(in).setLongMax(LONGEST_WINDOW);
    };
  }
}

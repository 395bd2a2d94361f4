package io.turnmill.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The smallest TorchScript archive: source code and one module without parameters.
 *
 * <pre>
 *   zip, every entry stored:
 *     archive/data.pkl           the module: class name and {"training": False}, pickle protocol 2
 *     archive/code/__torch__.py  the class
 *     archive/constants.pkl      an empty tuple
 *     archive/version            of the archive format
 * </pre>
 */
final class TorchArchive {
  /** What PyTorch 2 writes: operators mean what they mean there, without upgrades. */
  private static final String FORMAT_VERSION = "10\n";

  private TorchArchive() {}

  /** The archive of a module of class {@code className}, which {@code source} defines. */
  static byte[] of(String className, String source) {
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(archive)) {
      store(zip, "data.pkl", module(className));
      store(zip, "code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
      store(zip, "constants.pkl", emptyTuple());
      store(zip, "version", FORMAT_VERSION.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory failed. This is a bug.", e);
    }
    return archive.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] data) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(data);
    ZipEntry entry = new ZipEntry("archive/" + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(data.length);
    entry.setCompressedSize(data.length);
    entry.setCrc(crc.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(data);
    zip.closeEntry();
  }

  private static byte[] module(String className) {
    return new Pickle()
        .global("__torch__", className)
        .op(Pickle.EMPTY_TUPLE)
        .op(Pickle.NEW_OBJECT)
        .op(Pickle.EMPTY_DICT)
        .op(Pickle.MARK)
        .text("training")
        .op(Pickle.FALSE)
        .op(Pickle.SET_ITEMS)
        .op(Pickle.BUILD)
        .finish();
  }

  private static byte[] emptyTuple() {
    return new Pickle().op(Pickle.EMPTY_TUPLE).finish();
  }

  /** The few instructions of pickle protocol 2 that a module without tensors needs. */
  private static final class Pickle {
    static final int PROTOCOL = 0x80;
    static final int STOP = '.';
    static final int MARK = '(';
    static final int EMPTY_TUPLE = ')';
    static final int EMPTY_DICT = '}';
    static final int NEW_OBJECT = 0x81;
    static final int SET_ITEMS = 'u';
    static final int BUILD = 'b';
    static final int FALSE = 0x89;
    private static final int GLOBAL = 'c';
    private static final int UNICODE = 'X';

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Pickle() {
      op(PROTOCOL).op(2);
    }

    Pickle op(int code) {
      out.write(code);
      return this;
    }

    Pickle global(String module, String name) {
      op(GLOBAL);
      out.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
      return this;
    }

    /** A string: its length as a little-endian int, then UTF-8. */
    Pickle text(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      op(UNICODE);
      for (int shift = 0; shift < 32; shift += 8) {
        out.write(bytes.length >>> shift);
      }
      out.writeBytes(bytes);
      return this;
    }

    byte[] finish() {
      return op(STOP).out.toByteArray();
    }
  }
}

package io.turnmill.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Stand-ins for files of weights that lie somewhere else: as long as the original, with its header
 * and the pieces on which the fingerprint rests, and holes in between.
 *
 * <pre>
 *   original  | n | header | tensors ............................................ |
 *   copy      | n | header |   hole  | piece |  hole  | piece |   hole  …  | piece |
 * </pre>
 *
 * A folder of such copies is opened, checked and fingerprinted like the original; the bytes of its
 * tensors are not to be had. On a file system without holes a copy takes its full size.
 */
public final class SparseModelCopy {
  /** Read at once; a header may have 100 MB. */
  private static final int CHUNK_BYTES = 1 << 20;

  private SparseModelCopy() {}

  /** Bytes of the original, by their place. */
  @FunctionalInterface
  public interface Range {
    /** Fills {@code into} with the bytes from {@code offset} on, or throws. */
    void read(long offset, byte[] into) throws IOException;
  }

  /**
   * Writes the copy of a safetensors file. Of a file whose header has no possible length only the
   * first 8 bytes are taken: what is wrong with it is found when the copy is opened.
   *
   * @param target does not exist yet
   * @param sizeBytes size of the original
   */
  public static void write(Path target, long sizeBytes, Range original) throws IOException {
    try (FileChannel file =
        FileChannel.open(
            target,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.SPARSE,
            StandardOpenOption.WRITE)) {
      lengthen(file, sizeBytes);
      byte[] start = copy(original, 0, (int) Math.min(Safetensors.LENGTH_BYTES, sizeBytes), file);
      if (start.length < Safetensors.LENGTH_BYTES) {
        return;
      }
      long headerBytes = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong();
      if (!Safetensors.possible(headerBytes, sizeBytes)) {
        return;
      }
      long dataStart = Safetensors.LENGTH_BYTES + headerBytes;
      for (long at = Safetensors.LENGTH_BYTES; at < dataStart; at += CHUNK_BYTES) {
        copy(original, at, (int) Math.min(CHUNK_BYTES, dataStart - at), file);
      }
      for (long at : Fingerprint.samplePlaces(sizeBytes)) {
        copy(original, at, (int) Math.min(Fingerprint.SAMPLE_BYTES, sizeBytes - at), file);
      }
    }
  }

  private static void lengthen(FileChannel file, long sizeBytes) throws IOException {
    if (sizeBytes > 0) {
      file.write(ByteBuffer.allocate(1), sizeBytes - 1);
    }
  }

  private static byte[] copy(Range original, long at, int bytes, FileChannel file)
      throws IOException {
    byte[] piece = new byte[bytes];
    original.read(at, piece);
    ByteBuffer buffer = ByteBuffer.wrap(piece);
    while (buffer.hasRemaining()) {
      file.write(buffer, at + buffer.position());
    }
    return piece;
  }
}

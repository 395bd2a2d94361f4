package io.turnmill.job.fetch;

import io.turnmill.job.config.SetupException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32C;

/** The files of a folder that is being fetched: of full length from the start, filled by pieces. */
final class PieceFiles {
  /** What a thread holds in memory, and what it asks of the store at once. */
  private static final int CHUNK_BYTES = 8 << 20;

  private final Path folder;
  private final List<SourceFile> files;

  PieceFiles(Path folder, List<SourceFile> files) {
    this.folder = folder;
    this.files = files;
  }

  /** Makes every file that is not there in full length; holes take no room on the disk. */
  void reserve() throws IOException {
    for (SourceFile file : files) {
      Path path = path(file);
      Files.createDirectories(path.getParent());
      if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
          && Files.size(path) == file.sizeBytes()) {
        continue;
      }
      Files.deleteIfExists(path);
      try (FileChannel made =
          FileChannel.open(
              path,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.SPARSE,
              StandardOpenOption.WRITE)) {
        if (file.sizeBytes() > 0) {
          made.write(ByteBuffer.allocate(1), file.sizeBytes() - 1);
        }
      }
    }
  }

  /**
   * Fetches a piece and forces it to the disk.
   *
   * @return its CRC32C
   */
  int fetch(Piece piece, SourceStream from) throws IOException {
    CRC32C crc = new CRC32C();
    byte[] chunk = new byte[Math.min(CHUNK_BYTES, piece.bytes())];
    try (FileChannel file = open(piece, StandardOpenOption.WRITE)) {
      for (int done = 0; done < piece.bytes(); done += chunk.length) {
        int bytes = Math.min(CHUNK_BYTES, piece.bytes() - done);
        chunk = bytes == chunk.length ? chunk : new byte[bytes];
        from.read(piece.offset() + done, chunk);
        crc.update(chunk);
        write(file, ByteBuffer.wrap(chunk), piece.offset() + done);
      }
      force(file);
    }
    return (int) crc.getValue();
  }

  /** CRC32C of a piece as it lies on the disk. */
  int checksum(Piece piece) throws IOException {
    CRC32C crc = new CRC32C();
    ByteBuffer chunk = ByteBuffer.allocate(1 << 16);
    try (FileChannel file = open(piece, StandardOpenOption.READ)) {
      long end = piece.offset() + piece.bytes();
      for (long at = piece.offset(); at < end; ) {
        chunk.clear().limit((int) Math.min(chunk.capacity(), end - at));
        int bytes = file.read(chunk, at);
        if (bytes < 0) {
          throw new IOException(files.get(piece.file()).path() + " became shorter");
        }
        crc.update(chunk.flip());
        at += bytes;
      }
    }
    return (int) crc.getValue();
  }

  private FileChannel open(Piece piece, StandardOpenOption how) throws IOException {
    return FileChannel.open(path(files.get(piece.file())), how);
  }

  private Path path(SourceFile file) {
    return folder.resolve(file.path());
  }

  private void write(FileChannel file, ByteBuffer bytes, long at) {
    try {
      while (bytes.hasRemaining()) {
        file.write(bytes, at + bytes.position());
      }
    } catch (IOException e) {
      throw notWritten(e);
    }
  }

  private void force(FileChannel file) {
    try {
      file.force(false);
    } catch (IOException e) {
      throw notWritten(e);
    }
  }

  private SetupException notWritten(IOException e) {
    return new SetupException(
        "%s: cannot be written: %s. It lies below model.cache_path."
            .formatted(folder, ModelSource.firstLine(e)),
        e);
  }
}

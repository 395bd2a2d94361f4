package io.turnmill.job.read;

import java.io.Serializable;

/**
 * A piece of one file that one task reads.
 *
 * @param uri the file, with its file system
 * @param shownName the file as results name it
 * @param start first byte; records that begin in {@code [start, start + length)} belong here
 * @param length in bytes of the file as it is stored
 */
record Split(
    String uri,
    String shownName,
    FileFormat format,
    InputCompression compression,
    long start,
    long length)
    implements Serializable {

  /** What compression makes of conversations as JSON, about; Parquet does as much. */
  private static final int COMPRESSION_RATIO = 3;

  /** About as many bytes as its records have, decompressed. */
  long textBytes() {
    boolean compressed = compression != InputCompression.NONE || format == FileFormat.PARQUET;
    return length * (compressed ? COMPRESSION_RATIO : 1);
  }
}

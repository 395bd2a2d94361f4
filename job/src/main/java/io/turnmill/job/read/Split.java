package io.turnmill.job.read;

import java.io.Serializable;

/**
 * A piece of one file that one task reads.
 *
 * @param uri the address of the file, with its file system
 * @param shownName the name of the file in results
 * @param start the first byte; records that begin in {@code [start, start + length)} belong to the
 *     split
 * @param length the length in bytes of the file as it is stored
 */
record Split(
    String uri,
    String shownName,
    FileFormat format,
    InputCompression compression,
    long start,
    long length)
    implements Serializable {

  /** About how much compression shrinks conversations as JSON; Parquet shrinks them as much. */
  private static final int COMPRESSION_RATIO = 3;

  /** About how many bytes its records have, decompressed. */
  long textBytes() {
    boolean compressed = compression != InputCompression.NONE || format == FileFormat.PARQUET;
    return length * (compressed ? COMPRESSION_RATIO : 1);
  }
}

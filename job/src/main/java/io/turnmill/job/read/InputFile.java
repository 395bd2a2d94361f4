package io.turnmill.job.read;

/**
 * One file of the archive.
 *
 * @param uri the file, with its file system
 * @param shownName the file as results name it
 * @param length in bytes as it is stored
 * @param version another one when the file was changed: its ETag, or the time of change
 */
record InputFile(
    String uri,
    String shownName,
    FileFormat format,
    Compression compression,
    long length,
    String version) {

  /** What compression makes of conversations as JSON, about; Parquet does as much. */
  private static final int COMPRESSION_RATIO = 3;

  /** About as many bytes as its records have, decompressed. */
  long textBytes() {
    boolean compressed = compression != Compression.NONE || format == FileFormat.PARQUET;
    return length * (compressed ? COMPRESSION_RATIO : 1);
  }

  /** Whether parts of it can be read without what stands before them. */
  boolean canBeSplit() {
    return compression == Compression.NONE
        && (format == FileFormat.JSON_LINES || format == FileFormat.PARQUET);
  }
}

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

  /** Whether parts of it can be read without what stands before them. */
  boolean canBeSplit() {
    return compression == Compression.NONE
        && (format == FileFormat.JSON_LINES || format == FileFormat.PARQUET);
  }
}

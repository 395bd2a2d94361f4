package io.turnmill.job.read;

/**
 * One file of the archive.
 *
 * @param uri the file, with its file system
 * @param shownName the file as results name it
 * @param length in bytes as it is stored
 * @param modifiedMillis when it was changed, in milliseconds since 1970
 */
record InputFile(
    String uri,
    String shownName,
    FileFormat format,
    Compression compression,
    long length,
    long modifiedMillis) {

  /** Whether parts of it can be read without what stands before them. */
  boolean canBeSplit() {
    return compression == Compression.NONE
        && (format == FileFormat.JSON_LINES || format == FileFormat.PARQUET);
  }
}

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
    InputCompression compression,
    long length,
    String version) {

  InputFile withFormat(FileFormat told) {
    return new InputFile(uri, shownName, told, compression, length, version);
  }

  /** All of it in one piece. */
  Split whole() {
    return piece(0, length);
  }

  /** The {@code length} bytes from {@code start} on. */
  Split piece(long start, long length) {
    return new Split(uri, shownName, format, compression, start, length);
  }

  /** About as many bytes as its records have, decompressed. */
  long textBytes() {
    return whole().textBytes();
  }

  /** Whether parts of it can be read without what stands before them. */
  boolean canBeSplit() {
    return compression == InputCompression.NONE
        && (format == FileFormat.JSON_LINES || format == FileFormat.PARQUET);
  }
}

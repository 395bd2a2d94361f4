package io.turnmill.job.read;

/**
 * One file of the archive.
 *
 * @param uri the address of the file, with its file system
 * @param shownName the name of the file in results
 * @param length its length in bytes, as it is stored
 * @param version a text that changes when the file is changed: its ETag, or its time of change
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

  /** The whole file as one split. */
  Split whole() {
    return piece(0, length);
  }

  /** A split of {@code length} bytes from {@code start}. */
  Split piece(long start, long length) {
    return new Split(uri, shownName, format, compression, start, length);
  }

  /** About how many bytes its records have, decompressed. */
  long textBytes() {
    return whole().textBytes();
  }

  /** Whether a part of the file can be read without the parts before it. */
  boolean canBeSplit() {
    return compression == InputCompression.NONE
        && (format == FileFormat.JSON_LINES || format == FileFormat.PARQUET);
  }
}

package io.turnmill.job.read;

/** How the records of a file are framed. */
enum FileFormat {
  /** One JSON value in each line; can be split. */
  JSON_LINES,
  /** JSON values one behind the other, or the elements of a list; over any number of lines. */
  JSON_ELEMENTS,
  CSV,
  TSV,
  PARQUET
}

package io.turnmill.job.read;

import java.util.EnumSet;
import java.util.Set;

/** How the records of a file are framed. */
enum FileFormat {
  /** One JSON value in each line; can be split. */
  JSON_LINES,
  /** JSON values one after the other, or the elements of a list; over any number of lines. */
  JSON_ELEMENTS,
  CSV,
  TSV,
  PARQUET,
  /** One of the two forms of JSON; the first bytes tell which when the file is read. */
  JSON,
  /** Any that its first bytes tell when the file is read. */
  UNKNOWN;

  private static final Set<FileFormat> TOLD_WHEN_READ = EnumSet.of(JSON, UNKNOWN);

  /** Whether it is known before the file is read. */
  boolean isTold() {
    return !TOLD_WHEN_READ.contains(this);
  }

  /** The format that the end of the name tells, after that of a compression is taken away. */
  static FileFormat byName(String lowerCaseName) {
    String plain = InputCompression.of(lowerCaseName).strip(lowerCaseName);
    if (plain.endsWith(".jsonl") || plain.endsWith(".ndjson")) {
      return JSON_LINES;
    }
    if (plain.endsWith(".json")) {
      return JSON;
    }
    if (plain.endsWith(".csv")) {
      return CSV;
    }
    if (plain.endsWith(".tsv")) {
      return TSV;
    }
    return plain.endsWith(".parquet") ? PARQUET : UNKNOWN;
  }
}

package io.turnmill.job.read;

import java.util.EnumSet;
import java.util.Set;

/** The format of a file, which tells where its records begin and end. */
enum FileFormat {
  /** One JSON value in each line; such a file can be split. */
  JSON_LINES,
  /** JSON values one after the other, or the elements of a list, over any number of lines. */
  JSON_ELEMENTS,
  CSV,
  TSV,
  PARQUET,
  /** One of the two forms of JSON; the first bytes tell which one when the file is read. */
  JSON,
  /** Any of the formats; the first bytes tell which one when the file is read. */
  UNKNOWN;

  private static final Set<FileFormat> TOLD_WHEN_READ = EnumSet.of(JSON, UNKNOWN);

  /** Whether the format is known before the file is read. */
  boolean isTold() {
    return !TOLD_WHEN_READ.contains(this);
  }

  /**
   * The format by the ending of a name, from which the ending for compression is removed already.
   */
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

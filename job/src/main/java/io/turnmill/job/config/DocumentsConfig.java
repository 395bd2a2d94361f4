package io.turnmill.job.config;

import io.turnmill.job.config.Declare.Default;
import io.turnmill.job.config.Declare.Doc;
import io.turnmill.job.config.Declare.Operation;
import io.turnmill.job.config.Declare.Range;
import io.turnmill.job.config.Declare.Words;
import java.io.Serializable;
import java.util.List;

/** Long documents, which are asked about in chunks. */
public record DocumentsConfig(
    @Doc(
            "Files, folders or globs of any Hadoop file system with documents: text, Markdown, HTML,"
                + " PDF, Word, PowerPoint, Excel, mails, archives of these (.zip), and tables with a"
                + " document in each row (JSON lines, CSV, Parquet).")
        @Default("[]")
        @Words(value = "list of paths", item = "path")
        @Operation // what lies there is fingerprinted when it is read
        List<String> paths,
    @Doc(
            "What the files are; auto: .jsonl, .csv, .tsv and .parquet (also compressed) are tables,"
                + " and every other file is a document; files: every file is a document; jsonl, json,"
                + " csv, parquet: every file is such a table.")
        @Default("auto")
        Format format,
    @Doc("Of tables, the field with the text; empty: text, content, body or document.")
        @Default("")
        @Words("field name")
        String textField,
    @Doc(
            "Of tables, the field with the id of the document; empty: the usual names are tried, and"
                + " a document without one gets an id made of file name and place.")
        @Default("")
        @Words("field name")
        String idField,
    @Doc("Of tables, further fields that go through to the results as text, in metadata.")
        @Default("[]")
        @Words(value = "list of field names", item = "field name")
        List<String> carry,
    @Doc(
            "What becomes of a document if some of its chunks have no answer; partial: its result is"
                + " made of the others, and its status is partial; fail: it has failed.")
        @Default("partial")
        FailedChunk failedChunk,
    @Doc(
            "Most bytes of a file, and of each file in an archive or a mail; a larger one is rejected.")
        @Default("104857600")
        @Range(from = 1)
        long maxFileBytes,
    @Doc("Most characters of a document; a longer one is rejected.")
        @Default("20000000")
        @Range(from = 1, to = 500_000_000)
        int maxChars,
    @Doc("Most seconds for reading one document; one that takes longer is rejected.")
        @Default("60")
        @Range(from = 1)
        int maxSeconds,
    @Doc("Memory of a process that reads documents, in MiB; each executor has up to two.")
        @Default("512")
        @Range(from = 32)
        @Operation
        int parserMemory)
    implements Serializable {

  /** What files are. */
  public enum Format {
    /** Their names tell. */
    AUTO,
    FILES,
    JSONL,
    JSON,
    CSV,
    PARQUET
  }

  /** What a chunk without an answer means for its document. */
  public enum FailedChunk {
    PARTIAL,
    FAIL
  }

  /** Whether there are documents. */
  public boolean isSet() {
    return !paths.isEmpty();
  }
}

package io.turnmill.job.config;

import io.turnmill.job.config.Declare.Default;
import io.turnmill.job.config.Declare.Doc;
import io.turnmill.job.config.Declare.Operation;
import io.turnmill.job.config.Declare.Range;
import io.turnmill.job.config.Declare.Words;
import java.io.Serializable;
import java.util.Locale;

/** Where the results go, and what they look like. */
public record OutputConfig(
    @Doc("Folder for the results, on any Hadoop file system.") @Words("path") @Operation
        String path,
    @Doc(
            "What a row of the results holds; session: a whole session, with its messages and all"
                + " answers; turn: one answer, with the turn that it is about.")
        @Default("session")
        Layout layout,
    @Doc(
            "Where the chunks of documents and long sessions are, with what was answered about"
                + " each; nested: in a list in the row of the document; table: in a table of their"
                + " own.")
        @Default("nested")
        ChunkOutput chunks,
    @Doc("Parts of the results; 0: from the size of the input.")
        @Default("0")
        @Range(from = 0, to = 1_000_000)
        int buckets,
    @Doc("Whether results of another run in the output folder may be replaced.")
        @Default("false")
        @Operation
        boolean overwrite,
    @Doc("Compression of the Parquet files.") @Default("zstd") @Operation Compression compression)
    implements Serializable {

  /** What a row of the results holds. */
  public enum Layout {
    SESSION,
    TURN
  }

  /** Where chunks are. */
  public enum ChunkOutput {
    NESTED,
    TABLE
  }

  public enum Compression {
    ZSTD,
    SNAPPY,
    NONE;

    /** The name that Parquet has for it. */
    public String codec() {
      return this == NONE ? "uncompressed" : name().toLowerCase(Locale.ROOT);
    }
  }
}

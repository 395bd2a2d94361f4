package io.turnmill.job.config;

import io.turnmill.job.config.Declare.Default;
import io.turnmill.job.config.Declare.Doc;
import io.turnmill.job.config.Declare.Operation;
import io.turnmill.job.config.Declare.Range;
import io.turnmill.job.config.Declare.Words;
import java.io.Serializable;
import java.util.Locale;

/** Where the results go. */
public record OutputConfig(
    @Doc("Folder for the results, on any Hadoop file system.") @Words("path") @Operation
        String path,
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

package io.turnmill.job.config;

import java.io.Serializable;
import java.util.Locale;

/**
 * Where the results go.
 *
 * @param path a folder of any Hadoop file system
 * @param buckets parts of the results; 0 for a number that suits the input
 * @param overwrite whether the results of another run may be replaced
 * @param compression of the Parquet files
 */
public record OutputConfig(String path, int buckets, boolean overwrite, Compression compression)
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

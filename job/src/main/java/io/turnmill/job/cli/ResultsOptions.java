package io.turnmill.job.cli;

import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Where the results of a run lie, for the commands that read them. */
final class ResultsOptions {
  @Parameters(
      paramLabel = "PATH",
      description =
          "Output folder of a run, one of its tables, a bucket, or a Parquet file; on any Hadoop"
              + " file system.")
  private String path;

  @Mixin private HadoopOptions hadoop;

  String path() {
    return path;
  }

  /** The settings of file systems, by full key. */
  Map<String, String> hadoop() {
    return hadoop.settings();
  }
}

package io.turnmill.job.cli;

import io.turnmill.job.config.Assignment;
import io.turnmill.job.config.SetupException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** How to reach a model folder, for the commands that know no settings file. */
final class HadoopOptions {
  private static final String PREFIX = "spark.hadoop.";

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "One setting of a file system, such as spark.hadoop.fs.s3a.endpoint=URL. May be repeated.")
  private List<String> set = new ArrayList<>();

  /**
   * The settings by full key.
   *
   * @throws SetupException for any other setting; never with its value, which may be a secret
   */
  Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String text : set) {
      Assignment one = Assignment.parse(text);
      if (!one.key().startsWith(PREFIX)) {
        throw new SetupException(
            "--set: %s: this command takes settings of file systems only, %s…"
                .formatted(one.key(), PREFIX));
      }
      settings.put(one.key(), one.values().get(0));
    }
    return settings;
  }
}

package io.turnmill.job.cli;

import io.turnmill.job.config.Assignment;
import io.turnmill.job.config.JobConfig;
import io.turnmill.job.config.SettingsLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that make a configuration; {@code run} and {@code plan} share them. */
final class SettingsOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Settings file (HOCON). See conf/reference.conf, or the command config.")
  private Path config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "One setting; wins over the file. May be repeated.")
  private List<String> set = new ArrayList<>();

  @Option(
      names = "--input",
      paramLabel = "PATH",
      description = "File, folder or glob to read; instead of input.paths. May be repeated.")
  private List<String> input = new ArrayList<>();

  @Option(
      names = "--output",
      paramLabel = "PATH",
      description = "Folder for the results; instead of output.path.")
  private String output;

  @Option(
      names = "--model",
      paramLabel = "PATH",
      description = "Model folder; instead of model.path.")
  private String model;

  @Option(
      names = "--overwrite",
      description = "Replace results of another run in the output folder.")
  private boolean overwrite;

  JobConfig load() {
    List<Assignment> assignments = new ArrayList<>();
    set.forEach(text -> assignments.add(Assignment.parse(text)));
    if (!input.isEmpty()) {
      assignments.add(new Assignment("input.paths", input, "--input"));
    }
    if (output != null) {
      assignments.add(Assignment.of("output.path", output, "--output"));
    }
    if (model != null) {
      assignments.add(Assignment.of("model.path", model, "--model"));
    }
    if (overwrite) {
      assignments.add(Assignment.of("output.overwrite", "true", "--overwrite"));
    }
    return SettingsLoader.load(Optional.ofNullable(config), assignments);
  }
}

package io.turnmill.job.cli;

import io.turnmill.job.config.ModelConfig.Dtype;
import io.turnmill.job.config.ModelConfig.Quantization;
import io.turnmill.runtime.RuntimeOptions;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which model the commands {@code model …} are about. */
final class ModelOptions {
  @Parameters(
      paramLabel = "PATH",
      description = "Model folder: a local path, or a folder on any Hadoop file system.")
  private String path;

  @Option(
      names = "--adapter",
      paramLabel = "PATH",
      defaultValue = "",
      description = "LoRA adapter to be merged into it.")
  private String adapter;

  @Mixin private HadoopOptions hadoop;

  Map<String, String> hadoop() {
    return hadoop.settings();
  }

  RuntimeOptions.Model model(Dtype dtype, Quantization quantization) {
    return new RuntimeOptions.Model(path, adapter, name(dtype), name(quantization), "cpu");
  }

  private static String name(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }
}

package io.turnmill.job.models;

import io.turnmill.job.config.JobConfig;
import io.turnmill.job.config.ModelSampling;
import io.turnmill.job.config.SetupException;
import io.turnmill.model.GenerationConfig;
import io.turnmill.model.ModelException;
import io.turnmill.runtime.RuntimeOptions;
import java.nio.file.Path;
import java.time.Instant;

/**
 * The settings as they take effect, once the model's folder has said what it recommends.
 *
 * @param config the settings
 * @param options the same for the model's side
 * @param sampling what the folder recommends for sampling and what is used, one line for people
 */
public record EffectiveConfig(JobConfig config, RuntimeOptions options, String sampling) {

  /**
   * Asks the model's folder.
   *
   * @param given as the user set it
   * @param folders the model's, open
   * @throws SetupException when the folder recommends what cannot be used
   */
  public static EffectiveConfig of(JobConfig given, Instant startedAt, ModelFolders folders) {
    RuntimeOptions options = ModelSettings.options(given, startedAt);
    Path folder = Path.of(folders.local(options).model().folder());
    try {
      GenerationConfig generation = GenerationConfig.read(folder);
      String file = folders.asNamed(folder.resolve(GenerationConfig.FILE).toString());
      JobConfig config = ModelSampling.effective(given, generation, file);
      return new EffectiveConfig(
          config,
          ModelSettings.options(config, startedAt),
          ModelSampling.described(config, generation));
    } catch (ModelException e) {
      throw new SetupException("model.path: " + folders.asNamed(e.getMessage()));
    }
  }
}

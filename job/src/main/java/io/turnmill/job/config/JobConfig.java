package io.turnmill.job.config;

import java.io.Serializable;
import java.util.Map;

/**
 * All settings of a run: immutable, checked, parsed once on the driver.
 *
 * <p>Relative paths are relative to the directory in which the job was started, in settings files
 * too.
 *
 * @param spark Spark's own settings under their own names, {@code spark.} included
 */
public record JobConfig(
    ModelConfig model,
    InputConfig input,
    CheckConfig check,
    PromptConfig prompt,
    SamplingConfig sampling,
    EngineBudgets engine,
    OutputConfig output,
    CacheConfig cache,
    LimitsConfig limits,
    Map<String, String> spark)
    implements Serializable {

  /** The same with other sampling. */
  JobConfig withSampling(SamplingConfig other) {
    return new JobConfig(model, input, check, prompt, other, engine, output, cache, limits, spark);
  }

  /**
   * SHA-256, in hex, of the settings on which the results depend. Where files and models lie is no
   * part of it: what lies there is fingerprinted by those who read it.
   */
  public String identity() {
    return Sha256.hex(SettingsJson.canonical(this));
  }

  /** The settings behind {@link #identity()}, as JSON with sorted keys and nothing masked. */
  public String identityJson() {
    return SettingsJson.canonical(this);
  }

  /** The settings behind {@link #identity()} by full key, each as JSON, secrets masked. */
  public Map<String, String> resultSettings() {
    return SettingsJson.results(this);
  }

  /** All settings by full key, as JSON, secrets masked. */
  public String toJson() {
    return SettingsJson.all(this);
  }

  /** All settings as an aligned table, secrets masked; a star marks what is not the default. */
  public String toTable() {
    return SettingsTable.effective(this);
  }

  /** Keys only: the settings may hold secrets and prompts. */
  @Override
  public String toString() {
    return "JobConfig[" + identity() + "]";
  }
}

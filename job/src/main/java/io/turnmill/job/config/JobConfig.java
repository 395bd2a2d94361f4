package io.turnmill.job.config;

import io.turnmill.job.config.Declare.Default;
import io.turnmill.job.config.Declare.Doc;
import io.turnmill.job.config.Declare.Operation;
import io.turnmill.job.config.Declare.Section;
import io.turnmill.job.config.Declare.Words;
import io.turnmill.task.TaskKind;
import io.turnmill.task.Unit;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All settings of a run: immutable, checked, parsed once on the driver.
 *
 * <p>Relative paths are relative to the directory in which the job was started, in settings files
 * too.
 *
 * @param spark Spark's own settings under their own names, {@code spark.} included
 * @param given keys of the settings that were set, which a model's recommendations leave alone;
 *     empty where these are not asked for
 */
public record JobConfig(
    @Section("The model") ModelConfig model,
    @Section("What is read") InputConfig input,
    @Section("Documents, which are asked about in chunks") DocumentsConfig documents,
    @Section("How long texts are cut into chunks") ChunkConfig chunk,
    @Section("What happens to what is not right") CheckConfig check,
    @Section("How the input is cleaned") CleanConfig clean,
    @Section("A sample of the input instead of all of it") SampleConfig sample,
    @Section("What is asked of the model") TaskConfig task,
    @Section("The task classify") ClassifyConfig classify,
    @Section("The task embed") EmbedConfig embed,
    @Section("The task score") ScoreConfig score,
    @Section("The task extract") ExtractConfig extract,
    @Section("The task summarise") SummariseConfig summarise,
    @Section("The task ask") AskConfig ask,
    @Section("The task topics") TopicsConfig topics,
    @Section("From a conversation to a prompt") PromptConfig prompt,
    @Section("How replies are drawn, named as in vLLM") SamplingConfig sampling,
    @Section("Several models, prompts or samplings side by side")
        @Doc(
            "Variants by name, each with the settings of model, prompt or sampling that it changes,"
                + " such as { plain {}, bold { sampling.temperature = 0.8 } }; the result says which"
                + " one it is of, and the report compares them.")
        @Default("{}")
        @Words("map from names to settings")
        Map<String, Map<String, Object>> variants,
    @Section("Which variant is asked about a session")
        @Doc(
            "all: every variant about every session; split: one variant about each session, by a"
                + " hash of its id.")
        @Default("all")
        VariantsMode variantsMode,
    @Section("A second model for what the first one is unsure of") CascadeConfig cascade,
    @Section("Budgets of the engine in each executor") EngineBudgets engine,
    @Section("Where the results go") OutputConfig output,
    @Section("What is kept from run to run") CacheConfig cache,
    @Section("When a run counts as failed") LimitsConfig limits,
    @Section("Spark itself")
        @Doc(
            "Any setting of Spark under its own name, such as spark.sql.shuffle.partitions; those"
                + " given to spark-submit come first.")
        @Default("{}")
        @Words("map of Spark's own settings")
        @Operation
        Map<String, String> spark,
    Set<String> given)
    implements Serializable {

  static final String VARIANTS = "variants";

  /** How long the chunks of topics may be, if the model takes as much. */
  private static final int TOPIC_TOKENS = 2048;

  public JobConfig {
    boolean asksModel =
        sampling.from() == SamplingConfig.From.MODEL
            || variants.values().stream().anyMatch(changes -> changes.containsKey("sampling.from"));
    given = asksModel ? Set.copyOf(given) : Set.of();
  }

  /**
   * The same settings with the second model of the cascade in the place of the first.
   *
   * @param labels the labels of the first model, from which the second one is to choose, too, if
   *     the settings name none
   */
  public JobConfig ofSecondModel(List<String> labels) {
    Map<String, Object> values = Settings.values(this);
    values.put("model.path", cascade.path());
    values.put("model.adapter", cascade.adapter());
    values.put("model.dtype", cascade.dtype());
    values.put("model.quantization", cascade.quantization());
    if (classify.labels().isEmpty()) {
      values.put("classify.labels", labels);
    }
    return Settings.config(values, given);
  }

  /**
   * The same settings with an encoder in the place of the model that writes: it makes a vector of
   * each session, document or chunk.
   *
   * @param folder the folder of the encoder
   */
  public JobConfig ofEncoder(String folder) {
    Map<String, Object> values = ofOther(folder, TaskKind.EMBED);
    values.put("embed.each", Unit.SESSION);
    return Settings.config(values, given);
  }

  /** The same settings with {@code ask.reranker} in the place of the model that writes. */
  public JobConfig ofReranker() {
    Map<String, Object> values = ofOther(ask.reranker(), TaskKind.CLASSIFY);
    values.put("classify.labels", List.of());
    return Settings.config(values, given);
  }

  private Map<String, Object> ofOther(String folder, TaskKind kind) {
    Map<String, Object> values = Settings.values(this);
    values.put("model.path", folder);
    values.put("model.adapter", "");
    values.put("model.dtype", ModelConfig.Dtype.AUTO);
    values.put("model.quantization", ModelConfig.Quantization.NONE);
    values.put("task.kind", kind);
    return values;
  }

  /**
   * The same settings for the texts of topics, which are put together of others: nothing of them is
   * read twice, a chunk has room for several, and what is missing does not end the run, as the
   * table of topics says it.
   */
  public JobConfig forTopics() {
    Map<String, Object> values = Settings.values(this);
    values.put("chunk.overlap", 0.0);
    values.put("chunk.max_tokens", Math.max(chunk.maxTokens(), TOPIC_TOKENS));
    values.put("chunk.embed_text", ChunkConfig.EmbedText.TEXT);
    values.put("documents.failed_chunk", DocumentsConfig.FailedChunk.PARTIAL);
    values.put("cache.path", "");
    values.put("output.chunks", OutputConfig.ChunkOutput.NESTED);
    values.put("limits.max_failed_share", 1.0);
    values.put("limits.max_rejected_share", 1.0);
    return Settings.config(values, given);
  }

  /**
   * The same settings for a trial, whose results are thrown away: each session has one row, no
   * reply is kept for later runs, and however much fails or is rejected, the trial does not end for
   * it.
   *
   * @param folder where the trial writes instead of the output folder
   */
  public JobConfig forTrial(String folder) {
    Map<String, Object> values = Settings.values(this);
    values.put("output.path", folder);
    values.put("output.layout", OutputConfig.Layout.SESSION);
    values.put("output.overwrite", false);
    values.put("cache.path", "");
    values.put("limits.max_failed_share", 1.0);
    values.put("limits.max_rejected_share", 1.0);
    return Settings.config(values, given);
  }

  /** Which variants are asked about a session. */
  public enum VariantsMode {
    /** All of them. */
    ALL,
    /** One, by a hash of the session's id. */
    SPLIT
  }

  /**
   * SHA-256, in hex, of the settings on which the results depend. Where files and models lie is not
   * part of it: what lies there is fingerprinted when it is read.
   */
  public String identity() {
    return Sha256.hex(SettingsJson.canonical(this));
  }

  /**
   * The settings on which {@link #identity()} rests, as JSON with sorted keys and nothing masked.
   */
  public String identityJson() {
    return SettingsJson.canonical(this);
  }

  /** The settings on which {@link #identity()} rests, by full key, each as JSON, secrets masked. */
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

package io.turnmill.job.models;

import io.turnmill.job.config.JobConfig;
import io.turnmill.job.config.ModelConfig;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.config.VariantConfig;
import io.turnmill.job.config.WithoutEffect;
import io.turnmill.job.executor.CascadeLoader;
import io.turnmill.job.executor.ModelLoader;
import io.turnmill.job.executor.ModelLoaderFactory;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.spark.Spark;
import io.turnmill.runtime.DecoderFrontEnd;
import io.turnmill.runtime.ModelFrontEnd;
import io.turnmill.runtime.TokenRates;
import io.turnmill.task.TaskKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/**
 * A variant whose models were checked on the driver.
 *
 * @param name empty where a run has no variants
 * @param changes the settings that the variant changes, as plain data
 * @param config the settings as they take effect with its model
 * @param model its model
 * @param second the model that is asked where that one is unsure
 */
public record CheckedVariant(
    String name,
    Map<String, Object> changes,
    JobConfig config,
    ModelCheck model,
    Optional<ModelCheck> second) {

  /** Of a GPU, the first model of a cascade takes this share of what both may take. */
  private static final double SHARE_OF_FIRST = 0.5;

  /**
   * An effective configuration and the model that it is for.
   *
   * @param isAsked whether the model writes text, so that it can be asked a question
   * @param labels from which it chooses, if the task is to give labels
   */
  private record Checked(
      JobConfig config, ModelCheck model, boolean isAsked, List<String> labels) {}

  static CheckedVariant of(VariantConfig variant, Instant startedAt, List<String> sample) {
    Checked first = check(variant.config(), startedAt, sample);
    Optional<Checked> second = Optional.empty();
    if (variant.config().cascade().isSet()) {
      second = Optional.of(second(variant.config(), first.labels(), startedAt, sample));
    }
    boolean isAsked = first.isAsked() || second.map(Checked::isAsked).orElse(false);
    boolean hasEncoder = !first.isAsked() || second.map(of -> !of.isAsked()).orElse(false);
    refuseQuestion(variant.config(), isAsked, first.labels());
    return new CheckedVariant(
        variant.name(),
        variant.changes(),
        first.config(),
        first.model().withWarnings(WithoutEffect.in(variant.config(), isAsked, hasEncoder)),
        second.map(Checked::model));
  }

  private static void refuseQuestion(JobConfig config, boolean isAsked, List<String> labels) {
    if (config.task().kind() == TaskKind.CLASSIFY
        && !isAsked
        && !config.classify().question().isEmpty()) {
      throw new SetupException(
          "classify.question: no model that writes text is there to be asked; an encoder has labels"
              + " of its own: "
              + String.join(", ", labels)
              + ".");
    }
  }

  /** What is wrong with the second model is said of the setting that names it. */
  private static Checked second(
      JobConfig config, List<String> labels, Instant startedAt, List<String> sample) {
    boolean givesLabels = config.classify().labels().isEmpty();
    String ofModel = givesLabels ? "model\\.path|classify\\.labels" : "model\\.path";
    try {
      return check(config.ofSecondModel(labels), startedAt, sample);
    } catch (SetupException e) {
      throw new SetupException(
          e.title().replaceFirst("^(" + ofModel + "):", "cascade.path:"), e.problems());
    }
  }

  private static Checked check(JobConfig given, Instant startedAt, List<String> sample) {
    try (ModelFolders folders =
        ModelFolders.open(
            "model.path",
            ModelSettings.options(given, startedAt),
            given.model().cache().limitBytes(),
            () -> Spark.hadoop(given.spark()))) {
      EffectiveConfig effective = EffectiveConfig.of(given, startedAt, folders);
      try (ModelFrontEnd parts = ModelCheck.open(effective, folders)) {
        return new Checked(
            effective.config(),
            ModelCheck.of(effective, folders, parts, sample),
            parts instanceof DecoderFrontEnd,
            parts.labels());
      }
    }
  }

  /** The models of the variant, the first one first. */
  List<ModelCheck> models() {
    List<ModelCheck> models = new ArrayList<>(List.of(model));
    second.ifPresent(models::add);
    return models;
  }

  /** What decides the results besides the settings. */
  String fingerprint() {
    return models().stream().map(ModelCheck::fingerprint).collect(Collectors.joining(" "));
  }

  /** A variant for the manifest: what it changes, and the facts of its models. */
  public Map<String, Object> forManifest() {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("name", name);
    told.put("settings", changes);
    told.putAll(facts());
    return told;
  }

  /** The facts of the models, by the manifest's fields. */
  public Map<String, Object> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("model", model.facts());
    second.ifPresent(of -> facts.put("second_model", of.facts()));
    return facts;
  }

  /**
   * How executors load the models.
   *
   * @param startedAt what templates see as the time
   * @param longestPrompt the longest prompt in tokens, by the tokens of a model's conversations
   * @param loaders makes what loads from local folders
   */
  public ModelLoader loader(
      Instant startedAt,
      ToIntFunction<TokenRates> longestPrompt,
      HadoopConf hadoop,
      ModelLoaderFactory loaders) {
    ModelConfig.Cache cache = config.model().cache();
    if (second.isEmpty()) {
      return model.loader(
          startedAt, longestPrompt.applyAsInt(model.rates()), cache, hadoop, loaders);
    }
    ModelCheck one = model.withShareOfGpu(SHARE_OF_FIRST);
    ModelCheck other = second.get();
    return new CascadeLoader(
        one.loader(startedAt, longestPrompt.applyAsInt(one.rates()), cache, hadoop, loaders),
        other.loader(startedAt, longestPrompt.applyAsInt(other.rates()), cache, hadoop, loaders),
        config.cascade().below());
  }
}

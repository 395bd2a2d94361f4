package io.turnmill.job.models;

import io.turnmill.job.config.JobConfig;
import io.turnmill.job.config.ModelConfig;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.config.VariantConfig;
import io.turnmill.job.config.WithoutEffect;
import io.turnmill.job.executor.AskLoader;
import io.turnmill.job.executor.CascadeLoader;
import io.turnmill.job.executor.ModelLoader;
import io.turnmill.job.executor.ModelLoaderFactory;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.spark.Spark;
import io.turnmill.runtime.AskParts;
import io.turnmill.runtime.DecoderFrontEnd;
import io.turnmill.runtime.ModelFrontEnd;
import io.turnmill.runtime.TokenRates;
import io.turnmill.task.TaskKind;
import io.turnmill.task.TaskOptions;
import io.turnmill.task.ask.AskTask;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
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
 * @param encoder the model that makes vectors, by which chunks or topics are found
 * @param reranker the model that chooses among the chunks that were found
 */
public record CheckedVariant(
    String name,
    Map<String, Object> changes,
    JobConfig config,
    ModelCheck model,
    Optional<ModelCheck> second,
    Optional<ModelCheck> encoder,
    Optional<ModelCheck> reranker) {

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
    Optional<ModelCheck> encoder = encoder(variant.config(), startedAt, sample);
    boolean hasEncoder =
        !first.isAsked() || encoder.isPresent() || second.map(of -> !of.isAsked()).orElse(false);
    refuseQuestion(variant.config(), isAsked, first.labels());
    return new CheckedVariant(
        variant.name(),
        variant.changes(),
        first.config(),
        first.model().withWarnings(WithoutEffect.in(variant.config(), isAsked, hasEncoder)),
        second.map(Checked::model),
        encoder,
        reranker(variant.config(), startedAt, sample));
  }

  private static Optional<ModelCheck> encoder(
      JobConfig config, Instant startedAt, List<String> sample) {
    TaskKind kind = config.task().kind();
    if (kind == TaskKind.TOPICS) {
      JobConfig given = config.ofEncoder(config.topics().encoder());
      return Optional.of(
          named("topics.encoder", () -> check(given, startedAt, sample, AskParts::checkEncoder))
              .model());
    }
    if (kind != TaskKind.ASK || config.ask().encoder().isEmpty()) {
      return Optional.empty();
    }
    TaskOptions.Ask ask = (TaskOptions.Ask) ModelSettings.options(config, startedAt).task();
    JobConfig given = config.ofEncoder(config.ask().encoder());
    Checked checked =
        named(
            "ask.encoder",
            () -> check(given, startedAt, sample, encoder -> AskParts.checkEncoder(encoder, ask)));
    return Optional.of(checked.model());
  }

  private static Optional<ModelCheck> reranker(
      JobConfig config, Instant startedAt, List<String> sample) {
    if (config.task().kind() != TaskKind.ASK || config.ask().reranker().isEmpty()) {
      return Optional.empty();
    }
    JobConfig given = config.ofReranker();
    Checked checked =
        named("ask.reranker", () -> check(given, startedAt, sample, AskParts::checkReranker));
    ModelCheck model = checked.model();
    return Optional.of(
        model.maxModelLen() > config.chunk().maxTokens()
            ? model
            : model.withWarnings(
                List.of(
                    String.format(
                        Locale.ROOT,
                        "ask.reranker takes %,d tokens of question and chunk, and chunks may have %,d:"
                            + " of long ones it compares the beginning; set chunk.max_tokens lower.",
                        model.maxModelLen(),
                        config.chunk().maxTokens()))));
  }

  /** What is wrong with a further model is said of the setting that names it. */
  private static Checked named(String setting, Supplier<Checked> check) {
    return named(setting, "model\\.path", check);
  }

  private static Checked named(String setting, String of, Supplier<Checked> check) {
    try {
      return check.get();
    } catch (SetupException e) {
      throw new SetupException(
          e.title().replaceFirst("^(" + of + "):", setting + ":"), e.problems());
    }
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

  private static Checked second(
      JobConfig config, List<String> labels, Instant startedAt, List<String> sample) {
    boolean givesLabels = config.classify().labels().isEmpty();
    String ofModel = givesLabels ? "model\\.path|classify\\.labels" : "model\\.path";
    return named(
        "cascade.path", ofModel, () -> check(config.ofSecondModel(labels), startedAt, sample));
  }

  private static Checked check(JobConfig given, Instant startedAt, List<String> sample) {
    return check(given, startedAt, sample, any -> {});
  }

  /**
   * @param fits refuses a model that does not fit what it is for
   */
  private static Checked check(
      JobConfig given, Instant startedAt, List<String> sample, Consumer<ModelFrontEnd> fits) {
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
            ModelCheck.of(effective, folders, parts, sample, fits),
            parts instanceof DecoderFrontEnd,
            parts.labels());
      }
    }
  }

  /** The models of the variant, the first one first. */
  List<ModelCheck> models() {
    List<ModelCheck> models = new ArrayList<>(List.of(model));
    second.ifPresent(models::add);
    encoder.ifPresent(models::add);
    reranker.ifPresent(models::add);
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
    encoder.ifPresent(of -> facts.put("encoder", of.facts()));
    reranker.ifPresent(of -> facts.put("reranker", of.facts()));
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

  /**
   * How executors load the models of the task {@code ask}, all at once.
   *
   * @param startedAt what templates see as the time
   * @param loaders makes what loads from local folders
   */
  public ModelLoader askLoader(Instant startedAt, HadoopConf hadoop, ModelLoaderFactory loaders) {
    ModelConfig.Cache cache = config.model().cache();
    Map<String, ModelLoader> others = new LinkedHashMap<>();
    encoder.ifPresent(
        of -> others.put(AskTask.ENCODER, of.loader(startedAt, 0, cache, hadoop, loaders)));
    reranker.ifPresent(
        of -> others.put(AskTask.RERANKER, of.loader(startedAt, 0, cache, hadoop, loaders)));
    return new AskLoader(model.loader(startedAt, 0, cache, hadoop, loaders), others);
  }
}

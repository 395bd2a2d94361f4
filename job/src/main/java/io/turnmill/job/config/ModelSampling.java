package io.turnmill.job.config;

import com.typesafe.config.ConfigValueFactory;
import io.turnmill.job.config.SamplingConfig.From;
import io.turnmill.model.GenerationConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a model's folder recommends for sampling, taken as the defaults of settings where {@code
 * sampling.from = model}. The keys are those that vLLM takes with {@code --generation-config auto}.
 * It passes over {@code do_sample}; here, as in transformers, {@code false} is greedy, and {@code
 * true} without a temperature is temperature 1, which vLLM has anyway.
 */
public final class ModelSampling {
  /** Settings by their names in {@code generation_config.json}. */
  private static final Map<String, Setting<?>> SETTINGS = new LinkedHashMap<>();

  static {
    SETTINGS.put("temperature", SamplingSettings.TEMPERATURE);
    SETTINGS.put("top_p", SamplingSettings.TOP_P);
    SETTINGS.put("top_k", SamplingSettings.TOP_K);
    SETTINGS.put("min_p", SamplingSettings.MIN_P);
    SETTINGS.put("repetition_penalty", SamplingSettings.REPETITION_PENALTY);
    SETTINGS.put("max_new_tokens", SamplingSettings.MAX_TOKENS);
  }

  private final Map<String, String> recommended;
  private final SamplingConfig before;
  private final Values values = new Values();
  private final List<String> problems = new ArrayList<>();

  private ModelSampling(SamplingConfig before, Map<String, String> recommended) {
    this.before = before;
    this.recommended = recommended;
  }

  /**
   * The configuration as it takes effect with this model.
   *
   * @param file where the recommendations stand, for messages
   * @throws SetupException when a recommended value that would be used is not one that its setting
   *     takes, or contradicts another setting
   */
  public static JobConfig effective(JobConfig config, GenerationConfig generation, String file) {
    if (config.sampling().from() == From.TURNMILL) {
      return config;
    }
    ModelSampling sampling = new ModelSampling(config.sampling(), generation.recommended());
    SamplingSettings.ALL.forEach(setting -> sampling.keep(setting, config));
    SETTINGS.forEach(sampling::take);
    sampling.takeGreed();
    sampling.failOnProblems(
        "model.path: "
            + file
            + " recommends what cannot be used; set other values, or sampling.from = turnmill:");
    JobConfig effective =
        config.withSampling(SamplingSettings.read(sampling.values, config.sampling().given()));
    sampling.problems.addAll(Contradictions.inSampling(effective));
    sampling.failOnProblems(
        "the settings, with what " + file + " recommends, have a contradiction:");
    return effective;
  }

  private <T> void keep(Setting<T> setting, JobConfig config) {
    values.put(setting, setting.getter().apply(config));
  }

  private <T> void take(String key, Setting<T> setting) {
    String value = recommended.get(key);
    if (value == null || before.given().contains(setting.key())) {
      return;
    }
    // Older folders and vLLM write -1 for all tokens.
    String text = key.equals("top_k") && value.equals("-1") ? "0" : value;
    try {
      values.put(setting, setting.type().read(ConfigValueFactory.fromAnyRef(text)));
    } catch (WrongValueException e) {
      problems.add(key + " " + e.getMessage());
    }
  }

  private void takeGreed() {
    String sample = recommended.get("do_sample");
    if (sample == null || before.given().contains(SamplingSettings.TEMPERATURE.key())) {
      return;
    }
    if (sample.equals("false")) {
      values.put(SamplingSettings.TEMPERATURE, 0.0);
    } else if (!sample.equals("true")) {
      problems.add("do_sample must be true or false, but is " + sample);
    } else if (!recommended.containsKey("temperature")) {
      values.put(SamplingSettings.TEMPERATURE, 1.0);
    }
  }

  private void failOnProblems(String title) {
    if (!problems.isEmpty()) {
      throw new SetupException(title, problems);
    }
  }

  /**
   * One line for people: what the folder recommends, and the values that are used.
   *
   * @param effective as above
   */
  public static String described(JobConfig effective, GenerationConfig generation) {
    SamplingConfig sampling = effective.sampling();
    String used =
        SETTINGS.values().stream()
            .map(
                setting ->
                    setting.key().replace("sampling.", "")
                        + " "
                        + SettingsJson.write(setting.plainValue(effective))
                        + (sampling.given().contains(setting.key()) ? " (as it was set)" : ""))
            .collect(Collectors.joining(", "));
    String from = SamplingSettings.FROM.plainValue(effective).toString();
    return "%s; used with sampling.from = %s: %s".formatted(generation.described(), from, used);
  }
}

package io.turnmill.job.config;

import com.typesafe.config.ConfigValueFactory;
import io.turnmill.job.config.SamplingConfig.From;
import io.turnmill.model.GenerationConfig;
import java.util.ArrayList;
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
  private static final String TEMPERATURE = "sampling.temperature";

  private static final List<Setting> SETTINGS =
      Settings.ALL.stream().filter(setting -> setting.recommendedAs().isPresent()).toList();

  private final Map<String, String> recommended;
  private final JobConfig before;
  private final Map<String, Object> values;
  private final List<String> problems = new ArrayList<>();

  private ModelSampling(JobConfig before, Map<String, String> recommended) {
    this.before = before;
    this.values = Settings.values(before);
    this.recommended = recommended;
  }

  /**
   * The configuration as it takes effect with this model; a task that writes nothing takes nothing
   * of it.
   *
   * @param file where the recommendations stand, for messages
   * @throws SetupException when a recommended value that would be used is not one that its setting
   *     takes, or contradicts another setting
   */
  public static JobConfig effective(JobConfig config, GenerationConfig generation, String file) {
    if (config.sampling().from() == From.TURNMILL || !config.task().kind().writes()) {
      return config;
    }
    ModelSampling sampling = new ModelSampling(config, generation.recommended());
    SETTINGS.forEach(setting -> sampling.take(setting.recommendedAs().orElseThrow(), setting));
    sampling.takeGreed();
    sampling.failOnProblems(
        "model.path: "
            + file
            + " recommends what cannot be used; set other values, or sampling.from = turnmill:");
    JobConfig effective = Settings.config(sampling.values, config.given());
    sampling.problems.addAll(Contradictions.inSampling(effective));
    sampling.failOnProblems(
        "the settings, with what " + file + " recommends, have a contradiction:");
    return effective;
  }

  private void take(String name, Setting setting) {
    String value = recommended.get(name);
    if (value == null || before.given().contains(setting.key())) {
      return;
    }
    // Older folders and vLLM write -1 for all tokens.
    String text = name.equals("top_k") && value.equals("-1") ? "0" : value;
    try {
      values.put(setting.key(), setting.type().read(ConfigValueFactory.fromAnyRef(text)));
    } catch (WrongValueException e) {
      problems.add(name + " " + e.getMessage());
    }
  }

  private void takeGreed() {
    String sample = recommended.get("do_sample");
    if (sample == null || before.given().contains(TEMPERATURE)) {
      return;
    }
    if (sample.equals("false")) {
      values.put(TEMPERATURE, 0.0);
    } else if (!sample.equals("true")) {
      problems.add("do_sample must be true or false, but is " + sample);
    } else if (!recommended.containsKey("temperature")) {
      values.put(TEMPERATURE, 1.0);
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
    String used =
        SETTINGS.stream()
            .map(
                setting ->
                    setting.key().replace("sampling.", "")
                        + " "
                        + SettingsJson.write(setting.plainValue(effective))
                        + (effective.given().contains(setting.key()) ? " (as it was set)" : ""))
            .collect(Collectors.joining(", "));
    Object from = Settings.BY_KEY.get("sampling.from").plainValue(effective);
    return "%s; used with sampling.from = %s: %s".formatted(generation.described(), from, used);
  }
}

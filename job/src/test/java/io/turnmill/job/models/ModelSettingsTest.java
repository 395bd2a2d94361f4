package io.turnmill.job.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import io.turnmill.inference.SamplingParams;
import io.turnmill.job.config.Assignment;
import io.turnmill.job.config.JobConfig;
import io.turnmill.job.config.SettingsLoader;
import io.turnmill.runtime.RuntimeOptions;
import io.turnmill.testing.RecordCopy;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the settings say of the model arrives at the runtime; one that is forgotten fails here. */
class ModelSettingsTest {
  private static final Path FILE = Path.of("src/test/resources/settings/other.conf");
  private static final Config OTHER = ConfigFactory.parseFile(FILE.toFile());

  /** The job's own; {@code sampling.from} has done its work before. */
  private static final Set<String> NOT_OF_THE_RUNTIME =
      Set.of("model.cache_path", "model.cache_limit_bytes", "sampling.from");

  private static final String REPETITION = "sampling.repetition_detection";
  private static final String COUNT = REPETITION + ".min_count=2";

  /** Of sampling, as the file has them. */
  private static final Map<String, Object> PARAMETERS =
      Map.ofEntries(
          Map.entry("maxTokens", 64),
          Map.entry("minTokens", 3),
          Map.entry("temperature", 0.75),
          Map.entry("topP", 0.875),
          Map.entry("topK", 50),
          Map.entry("minP", 0.0625),
          Map.entry("stopTokenIds", Set.of(7, 8)),
          Map.entry("penalties.repetition", 1.125),
          Map.entry("penalties.presence", 0.25),
          Map.entry("penalties.frequency", -0.5),
          Map.entry("logitBias", Map.of(11, -100.0)),
          Map.entry("n", 2),
          Map.entry("logprobs", 5),
          Map.entry("repetitionDetection.maxPatternSize", 20),
          Map.entry("repetitionDetection.minPatternSize", 3),
          Map.entry("repetitionDetection.minCount", 4),
          // What ends reasoning is known when the model's tokenizer is.
          Map.entry("thinking.tokens", 0),
          Map.entry("thinking.endIds", List.of()));

  /** {@code key=value} with another value than the default. */
  static Stream<String> others() {
    Stream<String> sections =
        Stream.of("model", "prompt", "sampling", "engine")
            .flatMap(section -> assignments(section).stream());
    return Stream.concat(
        sections,
        Stream.of(
            "check.too_long=cut_left",
            "task.kind=rollout",
            "prompt.message_file=src/test/resources/settings/other.jinja",
            "prompt.continue_final_message=true"));
  }

  private static List<String> assignments(String section) {
    List<String> assignments = new ArrayList<>();
    for (Map.Entry<String, ConfigValue> entry : OTHER.getObject(section).entrySet()) {
      String key = section + "." + entry.getKey();
      if (key.equals(REPETITION)) {
        assignments.addAll(assignments(REPETITION));
        continue;
      }
      Object value = entry.getValue().unwrapped();
      boolean plain = value instanceof String || value instanceof Number;
      if (!NOT_OF_THE_RUNTIME.contains(key)) {
        assignments.add(
            key + "=" + (plain ? value : entry.getValue().render(ConfigRenderOptions.concise())));
      }
    }
    return assignments;
  }

  @ParameterizedTest
  @MethodSource("others")
  void everySettingOfTheModelsSideChangesTheOptions(String assignment) {
    String key = assignment.substring(0, assignment.indexOf('='));
    String[] base = {"sampling.temperature=0.5", REPETITION + ".max_pattern_size=9", COUNT};
    String[] changed = Arrays.copyOf(base, base.length + 1);
    changed[base.length] = assignment;
    assertThat(options(changed)).as(key).isNotEqualTo(options(base));
  }

  @Test
  void everySamplingParameterArrivesUnderItsName() {
    JobConfig config = SettingsLoader.load(Optional.of(FILE), List.of());
    SamplingParams sampling = ModelSettings.options(config, Instant.EPOCH).sampling();

    SamplingParams expected = SamplingParams.greedy(64);
    for (Map.Entry<String, Object> parameter : PARAMETERS.entrySet()) {
      expected = RecordCopy.with(expected, parameter.getKey(), parameter.getValue());
    }
    assertThat(sampling).isEqualTo(expected);
    assertThat(PARAMETERS.keySet()).isEqualTo(RecordCopy.names(SamplingParams.class));
  }

  private static RuntimeOptions options(String... assignments) {
    List<Assignment> all = new ArrayList<>();
    all.add(Assignment.of("model.path", "m", "--model"));
    all.add(Assignment.of("input.paths", "in", "--input"));
    all.add(Assignment.of("output.path", "out", "--output"));
    Stream.of(assignments).map(Assignment::parse).forEach(all::add);
    return ModelSettings.options(SettingsLoader.load(Optional.empty(), all), Instant.EPOCH);
  }
}

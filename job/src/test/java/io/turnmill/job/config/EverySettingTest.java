package io.turnmill.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.clean.UnicodeForm;
import io.turnmill.session.Role;
import io.turnmill.session.TimestampUnit;
import io.turnmill.task.TaskKind;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What holds for each setting, with a file that gives every one another value than its default. A
 * new setting without a line in that file fails here.
 */
class EverySettingTest {
  private static final Path OTHER = Path.of("src/test/resources/settings/other.conf");

  private static JobConfig other() {
    return SettingsLoader.load(Optional.of(OTHER), List.of());
  }

  /** Settings that exclude others: what is set for each beside the file. */
  private static final Map<String, List<String>> ALONE =
      Map.of(
          "prompt.message_file",
          List.of("prompt.message_file=src/test/resources/settings/other.jinja", "prompt.message="),
          "prompt.continue_final_message",
          List.of("prompt.continue_final_message=true", "prompt.message=", "task.kind=reply"),
          "documents.paths",
          List.of(
              "documents.paths=[docs/a]",
              "task.kind=embed",
              "prompt.message=",
              "variants={}",
              "cascade.path=",
              "output.layout=session"));

  /** With another value of that setting. */
  private static JobConfig other(String key) {
    return SettingsLoader.load(
        Optional.of(OTHER),
        ALONE.getOrDefault(key, List.of()).stream().map(Assignment::parse).toList());
  }

  private static JobConfig defaults() {
    return SettingsLoader.load(
        Optional.empty(),
        List.of(
            Assignment.of("model.path", "m", "--model"),
            Assignment.of("input.paths", "in", "--input"),
            Assignment.of("output.path", "out", "--output")));
  }

  static Stream<String> keys() {
    return Settings.ALL.stream().map(Setting::key);
  }

  /** A choice that leaves none. */
  private static boolean hasOneValue(Setting setting) {
    return setting.type() instanceof ScalarTypes.Choice choice && choice.constants().size() == 1;
  }

  @ParameterizedTest
  @MethodSource("keys")
  void itHasAnotherValueThanItsDefaultInTheFile(String key) {
    Setting setting = Settings.BY_KEY.get(key);
    if (hasOneValue(setting)) {
      assertThat(setting.value(other(key))).isEqualTo(setting.value(defaults()));
    } else {
      assertThat(setting.value(other(key))).isNotEqualTo(setting.value(defaults()));
      assertThat(other(key).toTable()).containsPattern("(?m)^\\* " + key + " ");
    }
  }

  @ParameterizedTest
  @MethodSource("keys")
  void anotherValueMakesAnotherRunExactlyIfResultsDependOnIt(String key) {
    Setting setting = Settings.BY_KEY.get(key);
    Map<String, Object> values = Settings.values(defaults());
    values.put(key, setting.value(other(key)));
    JobConfig changed = Settings.config(values, Set.of());

    boolean another = setting.changesResults() && !hasOneValue(setting);
    assertThat(changed.identity().equals(defaults().identity())).isEqualTo(!another);
    assertThat(changed.resultSettings().containsKey(key)).isEqualTo(setting.changesResults());
  }

  @Test
  void everyValueArrivesInItsComponent() {
    JobConfig config = other();
    assertThat(config.model())
        .isEqualTo(
            new ModelConfig(
                "models/other",
                "adapters/one",
                ModelConfig.Dtype.BFLOAT16,
                ModelConfig.Quantization.INT8,
                ModelConfig.Device.CUDA,
                "/cache",
                1_000_000));
    assertThat(config.model().cache()).isEqualTo(new ModelConfig.Cache("/cache", 1_000_000));
    assertThat(config.input())
        .isEqualTo(
            new InputConfig(
                List.of("in/a", "in/b"),
                InputConfig.Format.CSV,
                InputConfig.Layout.MESSAGES,
                new InputConfig.Fields("f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8"),
                TimestampUnit.EXCEL_DAYS,
                List.of("channel", "topic"),
                Map.of("caller", Role.USER),
                InputConfig.MissingSessionId.DERIVE,
                2048));
    assertThat(config.documents())
        .isEqualTo(
            new DocumentsConfig(
                List.of(),
                DocumentsConfig.Format.FILES,
                "f8",
                "f9",
                List.of("topic"),
                DocumentsConfig.FailedChunk.FAIL,
                5000,
                4000,
                7,
                64));
    assertThat(config.chunk()).isEqualTo(new ChunkConfig(100, 0.1, ChunkConfig.EmbedText.HEADINGS));
    assertThat(config.check())
        .isEqualTo(
            new CheckConfig(
                CheckConfig.BadMessage.REJECT_SESSION,
                CheckConfig.BadFile.REJECT,
                CheckConfig.TooLong.CUT_LEFT));
    assertThat(config.clean())
        .isEqualTo(
            new CleanConfig(
                UnicodeForm.NFKC,
                true,
                CleanConfig.Repeated.DROP,
                true,
                CleanConfig.Duplicates.REJECT,
                CleanConfig.Duplicates.REJECT,
                0.75));
    assertThat(config.sample()).isEqualTo(new SampleConfig(0.5, 100, 3, "channel"));
    assertThat(config.task()).isEqualTo(new TaskConfig(TaskKind.REPLAY));
    assertThat(config.prompt())
        .isEqualTo(
            new PromptConfig(
                "src/test/resources/settings/other.jinja",
                "tool_use",
                Map.of("enable_thinking", false),
                "Be brief.",
                true,
                "{{ transcript }}",
                "",
                "src/test/resources/settings/examples.jsonl",
                false,
                "<a>,</a>"));
    assertThat(config.sampling())
        .isEqualTo(
            new SamplingConfig(
                SamplingConfig.From.MODEL,
                0.75,
                0.875,
                50,
                0.0625,
                1.125,
                0.25,
                -0.5,
                Map.of(11, -100.0),
                2,
                5,
                -7,
                64,
                3,
                List.of("\n", "User:"),
                List.of(7, 8),
                true,
                256,
                new SamplingConfig.Repetition(20, 3, 4)));
    assertThat(config.variants())
        .isEqualTo(
            Map.of(
                "plain",
                Map.of(),
                "bold",
                Map.of("sampling.temperature", 0.5, "model.dtype", ModelConfig.Dtype.FLOAT32)));
    assertThat(config.variantsMode()).isEqualTo(JobConfig.VariantsMode.SPLIT);
    assertThat(config.cascade())
        .isEqualTo(
            new CascadeConfig(
                "models/larger",
                "adapters/two",
                ModelConfig.Dtype.FLOAT16,
                ModelConfig.Quantization.INT8,
                0.75));
    assertThat(config.engine())
        .isEqualTo(new EngineBudgets(16, 2048, 4096, 0.8, 0.7, 512, false, 5, 4));
    assertThat(config.output())
        .isEqualTo(
            new OutputConfig(
                "out/other",
                OutputConfig.Layout.TURN,
                OutputConfig.ChunkOutput.TABLE,
                17,
                true,
                OutputConfig.Compression.SNAPPY));
    assertThat(config.cache()).isEqualTo(new CacheConfig("replies"));
    assertThat(config.limits()).isEqualTo(new LimitsConfig(0.5, 0.25, 60, 2));
    assertThat(config.spark()).isEqualTo(Map.of("spark.executor.memory", "1g"));
    Set<String> all = new HashSet<>(Settings.BY_KEY.keySet());
    all.removeAll(ALONE.keySet());
    assertThat(config.given()).isEqualTo(all);
  }

  @Test
  void everyGroupOfSettingsHasATitle() {
    assertThat(JobConfig.class.getRecordComponents())
        .filteredOn(component -> component.getAnnotation(Declare.Section.class) == null)
        .extracting(RecordComponent::getName)
        .containsExactly("given");
  }

  @Test
  void theOneThatTakesWhatAModelRecommendsNamesAllOfThat() {
    String meaning = Settings.BY_KEY.get("sampling.from").meaning();
    assertThat(Settings.ALL)
        .filteredOn(setting -> setting.recommendedAs().isPresent())
        .hasSize(6)
        .allSatisfy(
            setting -> assertThat(meaning).contains(setting.key().replace("sampling.", "")));
  }
}

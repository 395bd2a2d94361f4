package io.turnmill.job.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.session.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsLoaderTest {
  @TempDir Path folder;

  @Test
  void requiredSettingsAloneGiveTheDefaults() {
    JobConfig config = load("");

    assertThat(config.model())
        .isEqualTo(
            new ModelConfig(
                "m",
                "",
                ModelConfig.Dtype.AUTO,
                ModelConfig.Quantization.NONE,
                ModelConfig.Device.AUTO,
                new ModelConfig.Cache("", 274877906944L)));
    assertThat(config.input().paths()).containsExactly("in");
    assertThat(config.input().fields().sessionId()).isEmpty();
    assertThat(config.sampling())
        .isEqualTo(
            new SamplingConfig(
                0.0, 1.0, 0, 0.0, 1.0, 0.0, 0.0, Map.of(), 1, -1, 0L, 128, 0, List.of(), List.of(),
                false));
    assertThat(config.output())
        .isEqualTo(new OutputConfig("out", 0, false, OutputConfig.Compression.ZSTD));
    assertThat(config.limits()).isEqualTo(new LimitsConfig(0.01, 0.05, 600, 3));
    assertThat(config.spark()).isEmpty();
  }

  @Test
  void everyProblemIsReportedAtOnceWithWhereItStands() {
    assertThatThrownBy(
            () ->
                SettingsLoader.load(
                    Optional.of(
                        file(
                            """
                            sampling.temprature = 1
                            sampling { top_p = 1.5, max_tokens = many }
                            input.paths = in
                            output = { path = out, compression = gzip }
                            """)),
                    List.of(Assignment.parse("engine.threads=-1"))))
        .isInstanceOfSatisfying(
            SetupException.class,
            e -> {
              assertThat(e.title()).isEqualTo("the settings have 6 problems:");
              assertThat(String.join("\n", e.problems()).replace(folder + "/", ""))
                  .isEqualTo(
                      """
                      --set: engine.threads: must be a whole number from 0, but is '-1'
                      job.conf: 1: sampling.temprature: unknown setting; did you mean \
                      sampling.temperature?
                      job.conf: 2: sampling.max_tokens: must be a whole number from 1, but is 'many'
                      job.conf: 2: sampling.top_p: must be a number above 0 up to 1, but is '1.5'
                      job.conf: 4: output.compression: must be one of zstd | snappy | none, but is \
                      'gzip'
                      model.path: must be set: Model folder as Hugging Face publishes it: a local \
                      path that every node has, or a folder on any Hadoop file system, which each \
                      host fetches once.""");
            });
  }

  @Test
  void theCommandLineWinsOverTheFileAndALaterOptionOverAnEarlierOne() {
    JobConfig config =
        load(
            "sampling { max_tokens = 10, seed = 1 }\noutput.buckets = 2",
            Assignment.parse("sampling.max_tokens=20"),
            Assignment.parse("sampling.max_tokens=30"),
            new Assignment("input.paths", List.of("a", "b"), "--input"));

    assertThat(config.sampling().maxTokens()).isEqualTo(30);
    assertThat(config.sampling().seed()).isEqualTo(1);
    assertThat(config.output().buckets()).isEqualTo(2);
    assertThat(config.input().paths()).containsExactly("a", "b");
  }

  @Test
  void fieldNamesRolesAndCarriedFieldsAreTheUsersOwn() {
    JobConfig config =
        load(
            """
            input {
              fields { session_id = conv_id, content = "text body" }
              roles { Caller = user, "客服" = assistant, "v1.bot" = assistant }
              carry = [channel, topic]
            }
            """,
            Assignment.parse("input.roles.v2.bot=assistant"),
            Assignment.parse("input.fields.turn=n"));

    assertThat(config.input().fields().sessionId()).isEqualTo("conv_id");
    assertThat(config.input().fields().content()).isEqualTo("text body");
    assertThat(config.input().fields().turn()).isEqualTo("n");
    assertThat(config.input().carry()).containsExactly("channel", "topic");
    assertThat(config.input().roles())
        .isEqualTo(
            Map.of(
                "caller", Role.USER,
                "客服", Role.ASSISTANT,
                "v1.bot", Role.ASSISTANT,
                "v2.bot", Role.ASSISTANT));
  }

  @Test
  void aMistakeInsideAMapNamesItsEntry() {
    assertThat(problems("input.roles { caller = boss }"))
        .singleElement()
        .asString()
        .endsWith(
            "job.conf: 1: input.roles: 'caller' must be one of system | user | assistant | tool, but is"
                + " 'boss'");
    assertThat(problems("sampling.stop_token_ids = [1, x]"))
        .singleElement()
        .asString()
        .endsWith("sampling.stop_token_ids: item 2 must be a whole number from 0, but is 'x'");
    assertThat(problems("sampling.logit_bias { 11 = -5, 12 = 101 }"))
        .singleElement()
        .asString()
        .endsWith("sampling.logit_bias: '12' must be a number from -100 to 100, but is '101'");
    assertThat(problems("sampling.logit_bias { the = 5 }"))
        .singleElement()
        .asString()
        .endsWith(
            "sampling.logit_bias: must be a map from token ids to numbers from -100 to 100,"
                + " but 'the' is no token id");
  }

  @Test
  void biasesOfTokensComeFromTheFileAndFromTheCommandLine() {
    JobConfig config =
        load(
            "sampling.logit_bias { 100 = 1.5, 11 = -100 }",
            Assignment.parse("sampling.logit_bias.7=2"));

    assertThat(config.sampling().logitBias()).isEqualTo(Map.of(7, 2.0, 11, -100.0, 100, 1.5));
    assertThat(config.toJson()).contains("{\"100\":1.5,\"11\":-100.0,\"7\":2.0}");
  }

  @Test
  void aGlobThatLooksLikeAListIsAPathWhereAPathIsAskedFor() {
    JobConfig config = load("", Assignment.of("input.paths", "[ab]*.jsonl", "--input"));

    assertThat(config.input().paths()).containsExactly("[ab]*.jsonl");
  }

  @Test
  void problemsOfAFileComeInTheOrderOfItsLines() {
    assertThat(
            problems("\nfoo.a = 1\n\n\n\n\n\n\n\nfoo.b = 1").stream()
                .map(p -> p.split(": ", -1)[1]))
        .containsExactly("2", "10");
  }

  @Test
  void templateVariablesKeepTheirTypes() {
    JobConfig config =
        load(
            "prompt.template_kwargs { enable_thinking = false, style = { tone = dry } }",
            Assignment.parse("prompt.template_kwargs.depth=3"),
            Assignment.parse("prompt.template_kwargs.name=x y"),
            Assignment.parse("prompt.template_kwargs.tags=[a, b]"));

    assertThat(config.prompt().templateKwargs())
        .isEqualTo(
            Map.of(
                "enable_thinking",
                false,
                "style",
                Map.of("tone", "dry"),
                "depth",
                3,
                "name",
                "x y",
                "tags",
                List.of("a", "b")));
  }

  @Test
  void sparksSettingsGoThroughUnderTheirOwnNames() {
    JobConfig config =
        load(
            "spark.sql.shuffle.partitions = 4\nspark { \"speculation\" = true, x.rate = 1.10 }",
            Assignment.parse("spark.speculation.interval=100ms"));

    assertThat(config.spark())
        .isEqualTo(
            Map.of(
                "spark.sql.shuffle.partitions", "4",
                "spark.speculation", "true",
                "spark.x.rate", "1.10",
                "spark.speculation.interval", "100ms"));
  }

  @Test
  void listsOnTheCommandLineAreWrittenAsInAFile() {
    JobConfig config =
        load("", Assignment.parse("sampling.stop=[\"a,b\", c]"), Assignment.parse("input.carry=x"));

    assertThat(config.sampling().stop()).containsExactly("a,b", "c");
    assertThat(config.input().carry()).containsExactly("x");
  }

  @Test
  void stopTextsMayBeWhiteSpaceInAFileAndOnTheCommandLine() {
    List<String> stops = List.of("\n", "\n\n", " ", "\t");
    assertThat(load("sampling.stop = [\"\\n\", \"\\n\\n\", \" \", \"\\t\"]").sampling().stop())
        .isEqualTo(stops);
    assertThat(
            load("", Assignment.parse("sampling.stop=[\"\\n\", \"\\n\\n\", \" \", \"\\t\"]"))
                .sampling()
                .stop())
        .isEqualTo(stops);
    assertThat(load("", Assignment.parse("sampling.stop=\n")).sampling().stop())
        .as("a line break between quotes of the shell")
        .containsExactly("\n");
    assertThat(problems("sampling.stop = [\"\\n\", \"\"]"))
        .singleElement()
        .asString()
        .endsWith("sampling.stop: item 2 must be a text of at least one character, but is empty");
  }

  @Test
  void textOnTheCommandLineIsTakenAsItIs() {
    JobConfig config =
        load(
            "",
            Assignment.parse("model.path=hdfs://nn:8020/models/a#b"),
            Assignment.parse("prompt.system_prompt=Be brief = be \"good\". # ${HOME}"));

    assertThat(config.model().path()).isEqualTo("hdfs://nn:8020/models/a#b");
    assertThat(config.prompt().systemPrompt()).isEqualTo("Be brief = be \"good\". # ${HOME}");
  }

  @Test
  void environmentVariablesAreFilledInAndAnUnsetOneIsAProblemOnlyIfRequired() {
    assertThat(load("prompt.system_prompt = ${?PATH}").prompt().systemPrompt())
        .isEqualTo(System.getenv("PATH"));
    assertThat(load("prompt.system_prompt = ${?NO_SUCH_VARIABLE}").prompt().systemPrompt())
        .isEmpty();
    assertThatThrownBy(() -> load("prompt.system_prompt = ${NO_SUCH_VARIABLE}"))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("job.conf is not right: ")
        .hasMessageContaining("NO_SUCH_VARIABLE");
  }

  @Test
  void aFileThatIsNoHoconIsOneSentenceWithItsLine() {
    assertThatThrownBy(() -> load("sampling {\n  max_tokens = 1\n"))
        .isInstanceOf(SetupException.class)
        .hasMessageMatching("(?s)the settings file .*job.conf is not right: .*job.conf: \\d+: .*");
    assertThatThrownBy(() -> SettingsLoader.load(Optional.of(folder.resolve("no.conf")), List.of()))
        .hasMessage("the settings file " + folder.resolve("no.conf") + " does not exist");
    assertThatThrownBy(() -> SettingsLoader.load(Optional.of(folder), List.of()))
        .hasMessage("the settings file " + folder + " cannot be read as a file");
  }

  @Test
  void settingsThatContradictOneAnotherAreReported() {
    assertThat(
            problems(
                """
                sampling { max_tokens = 100, min_tokens = 200, n = 3 }
                engine { max_model_len = 100, max_num_seqs = 64, max_num_batched_tokens = 32 }
                """,
                Assignment.of("input.paths", "out/results", "--input")))
        .containsExactly(
            "engine.max_num_batched_tokens: 32 is less than engine.max_num_seqs, which is 64",
            "output.path: the input out/results lies in the output folder",
            "sampling.max_tokens: 100 leaves no room for a prompt in engine.max_model_len, which"
                + " is 100",
            "sampling.min_tokens: 200 is more than sampling.max_tokens, which is 100",
            "sampling.n: 3 replies to a prompt would all be the same, as sampling.temperature is"
                + " 0");
  }

  @Test
  void inputOutputAndCacheLieApart() {
    assertThat(
            problems(
                "cache.path = out/cache",
                Assignment.of("input.paths", "archive", "--input"),
                Assignment.of("output.path", "out", "--output")))
        .containsExactly("cache.path: the cache and the output folder lie one in the other");
    assertThat(
            problems(
                "cache.path = archive", Assignment.of("input.paths", "archive/2025", "--input")))
        .containsExactly("cache.path: the cache and the input archive/2025 lie one in the other");
  }

  @Test
  void aGroupIsNoSettingAndAValueIsNoGroup() {
    assertThat(problems("sampling = 3"))
        .singleElement()
        .asString()
        .endsWith("job.conf: 1: sampling: is a group of settings, not a setting");
    assertThat(problems("sampling.max_tokens { a = 1 }"))
        .singleElement()
        .asString()
        .endsWith("must be a whole number from 1, but is a map");
    assertThat(problems("", Assignment.parse("sampling=3")))
        .containsExactly("--set: sampling: is a group of settings, not a setting");
  }

  @Test
  void nullMeansNotSetAndASecondAssignmentNeedsAKey() {
    assertThat(load("sampling.max_tokens = null").sampling().maxTokens()).isEqualTo(128);
    assertThatThrownBy(() -> Assignment.parse("=3"))
        .hasMessage("--set takes key=value, but is '=3'");
    assertThatThrownBy(() -> Assignment.parse("a")).hasMessage("--set takes key=value, but is 'a'");
  }

  @Test
  void hugeAndStrangeNumbersAreWrongValuesAndNoWorse() {
    for (String number : List.of("1e999999999", "NaN", "1e400", "99999999999999999999", "0.5")) {
      assertThat(problems("", Assignment.parse("sampling.max_tokens=" + number)))
          .as(number)
          .singleElement()
          .asString()
          .contains("must be a whole number from 1");
    }
    assertThat(load("", Assignment.parse("sampling.max_tokens=1e2")).sampling().maxTokens())
        .isEqualTo(100);
  }

  private List<String> problems(String text, Assignment... more) {
    try {
      load(text, more);
    } catch (SetupException e) {
      return e.problems();
    }
    throw new AssertionError("no problem found");
  }

  private JobConfig load(String text, Assignment... more) {
    List<Assignment> assignments =
        new ArrayList<>(
            List.of(
                Assignment.of("model.path", "m", "--model"),
                Assignment.of("input.paths", "in", "--input"),
                Assignment.of("output.path", "out", "--output")));
    assignments.addAll(List.of(more));
    return SettingsLoader.load(Optional.of(file(text)), assignments);
  }

  private Path file(String text) {
    try {
      return Files.writeString(folder.resolve("job.conf"), text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}

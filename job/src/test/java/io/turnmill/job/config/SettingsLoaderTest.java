package io.turnmill.job.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.session.Role;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What settings are when a file and the command line have given theirs. */
class SettingsLoaderTest {
  @TempDir Path folder;

  @Test
  void requiredSettingsAloneGiveTheDefaults() {
    JobConfig config = settings().load("");

    assertThat(config.model())
        .isEqualTo(
            new ModelConfig(
                "m",
                "",
                ModelConfig.Dtype.AUTO,
                ModelConfig.Quantization.NONE,
                ModelConfig.Device.AUTO,
                "",
                274877906944L));
    assertThat(config.input().paths()).containsExactly("in");
    assertThat(config.input().fields().sessionId()).isEmpty();
    assertThat(config.sampling())
        .isEqualTo(
            new SamplingConfig(
                SamplingConfig.From.TURNMILL,
                0.0,
                1.0,
                0,
                0.0,
                1.0,
                0.0,
                0.0,
                Map.of(),
                1,
                -1,
                0L,
                128,
                0,
                List.of(),
                List.of(),
                false,
                0,
                new SamplingConfig.Repetition(0, 0, 0)));
    assertThat(config.given()).isEmpty();
    assertThat(config.output())
        .isEqualTo(
            new OutputConfig(
                "out",
                OutputConfig.Layout.SESSION,
                OutputConfig.ChunkOutput.NESTED,
                0,
                false,
                OutputConfig.Compression.ZSTD));
    assertThat(config.limits()).isEqualTo(new LimitsConfig(0.01, 0.05, 600, 3));
    assertThat(config.spark()).isEmpty();
  }

  @Test
  void theCommandLineWinsOverTheFileAndALaterOptionOverAnEarlierOne() {
    JobConfig config =
        settings()
            .load(
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
        settings()
            .load(
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
  void biasesOfTokensComeFromTheFileAndFromTheCommandLine() {
    JobConfig config =
        settings()
            .load(
                "sampling.logit_bias { 100 = 1.5, 11 = -100 }",
                Assignment.parse("sampling.logit_bias.7=2"));

    assertThat(config.sampling().logitBias()).isEqualTo(Map.of(7, 2.0, 11, -100.0, 100, 1.5));
    assertThat(config.toJson()).contains("{\"100\":1.5,\"11\":-100.0,\"7\":2.0}");
  }

  @Test
  void aGlobThatLooksLikeAListIsAPathWhereAPathIsAskedFor() {
    JobConfig config = settings().load("", Assignment.of("input.paths", "[ab]*.jsonl", "--input"));

    assertThat(config.input().paths()).containsExactly("[ab]*.jsonl");
  }

  @Test
  void templateVariablesKeepTheirTypes() {
    JobConfig config =
        settings()
            .load(
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
        settings()
            .load(
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
        settings()
            .load(
                "",
                Assignment.parse("sampling.stop=[\"a,b\", c]"),
                Assignment.parse("input.carry=x"));

    assertThat(config.sampling().stop()).containsExactly("a,b", "c");
    assertThat(config.input().carry()).containsExactly("x");
  }

  @Test
  void stopTextsMayBeWhiteSpaceInAFileAndOnTheCommandLine() {
    List<String> stops = List.of("\n", "\n\n", " ", "\t");
    assertThat(
            settings()
                .load("sampling.stop = [\"\\n\", \"\\n\\n\", \" \", \"\\t\"]")
                .sampling()
                .stop())
        .isEqualTo(stops);
    assertThat(
            settings()
                .load("", Assignment.parse("sampling.stop=[\"\\n\", \"\\n\\n\", \" \", \"\\t\"]"))
                .sampling()
                .stop())
        .isEqualTo(stops);
    assertThat(settings().load("", Assignment.parse("sampling.stop=\n")).sampling().stop())
        .as("a line break between quotes of the shell")
        .containsExactly("\n");
    assertThat(settings().problems("sampling.stop = [\"\\n\", \"\"]"))
        .singleElement()
        .asString()
        .endsWith("sampling.stop: item 2 must be a text of at least one character, but is empty");
  }

  @Test
  void textOnTheCommandLineIsTakenAsItIs() {
    JobConfig config =
        settings()
            .load(
                "",
                Assignment.parse("model.path=hdfs://nn:8020/models/a#b"),
                Assignment.parse("prompt.system_prompt=Be brief = be \"good\". # ${HOME}"));

    assertThat(config.model().path()).isEqualTo("hdfs://nn:8020/models/a#b");
    assertThat(config.prompt().systemPrompt()).isEqualTo("Be brief = be \"good\". # ${HOME}");
  }

  @Test
  void environmentVariablesAreFilledInAndAnUnsetOneIsAProblemOnlyIfRequired() {
    assertThat(settings().load("prompt.system_prompt = ${?PATH}").prompt().systemPrompt())
        .isEqualTo(System.getenv("PATH"));
    assertThat(
            settings().load("prompt.system_prompt = ${?NO_SUCH_VARIABLE}").prompt().systemPrompt())
        .isEmpty();
    assertThatThrownBy(() -> settings().load("prompt.system_prompt = ${NO_SUCH_VARIABLE}"))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("job.conf is not right: ")
        .hasMessageContaining("NO_SUCH_VARIABLE");
  }

  private SettingsForTests settings() {
    return new SettingsForTests(folder);
  }
}

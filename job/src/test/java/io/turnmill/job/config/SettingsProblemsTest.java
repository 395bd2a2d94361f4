package io.turnmill.job.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with settings is said all at once, each with where it stands. */
class SettingsProblemsTest {
  @TempDir Path folder;

  @Test
  void everyProblemIsReportedAtOnceWithWhereItStands() {
    assertThatThrownBy(
            () ->
                SettingsLoader.load(
                    Optional.of(
                        settings()
                            .file(
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
  void aSampleByAFieldTakesANumberAndAFieldThatIsCarried() {
    assertThat(settings().problems("sample.by = tenant"))
        .singleElement()
        .asString()
        .endsWith(
            "sample.by: it says for which values sample.n sessions each are taken, and sample.n is"
                + " not set");
    assertThat(settings().problems("sample { by = topic, n = 10 }, input.carry = [channel]"))
        .singleElement()
        .asString()
        .endsWith(
            "sample.by: 'topic' is none of tenant, session.length, session.language,"
                + " session.length_and_language, and no name in input.carry; add it there");
    assertThat(settings().load("sample { by = topic, n = 10 }, input.carry = [topic]").sample().n())
        .isEqualTo(10);
  }

  @Test
  void aMistakeInsideAMapNamesItsEntry() {
    assertThat(settings().problems("input.roles { caller = boss }"))
        .singleElement()
        .asString()
        .endsWith(
            "job.conf: 1: input.roles: 'caller' must be one of system | user | assistant | tool, but is"
                + " 'boss'");
    assertThat(settings().problems("sampling.stop_token_ids = [1, x]"))
        .singleElement()
        .asString()
        .endsWith("sampling.stop_token_ids: item 2 must be a whole number from 0, but is 'x'");
    assertThat(settings().problems("sampling.logit_bias { 11 = -5, 12 = 101 }"))
        .singleElement()
        .asString()
        .endsWith("sampling.logit_bias: '12' must be a number from -100 to 100, but is '101'");
    assertThat(settings().problems("sampling.logit_bias { the = 5 }"))
        .singleElement()
        .asString()
        .endsWith(
            "sampling.logit_bias: must be a map from token ids to numbers from -100 to 100,"
                + " but 'the' is not a token id");
  }

  @Test
  void problemsOfAFileComeInTheOrderOfItsLines() {
    assertThat(
            settings().problems("\nfoo.a = 1\n\n\n\n\n\n\n\nfoo.b = 1").stream()
                .map(p -> p.split(": ", -1)[1]))
        .containsExactly("2", "10");
  }

  @Test
  void aFileThatIsNoHoconIsOneSentenceWithItsLine() {
    assertThatThrownBy(() -> settings().load("sampling {\n  max_tokens = 1\n"))
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
            settings()
                .problems(
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
  void samplingContradictsNothingWhereTheModelWritesNothing() {
    for (String task : List.of("classify", "embed", "score")) {
      JobConfig config =
          settings()
              .load(
                  """
              sampling { max_tokens = 100, min_tokens = 200, n = 3 }
              engine.max_model_len = 100
              """,
                  Assignment.of("task.kind", task, "--set"));
      assertThat(config.engine().maxModelLen()).isEqualTo(100);
    }
  }

  @Test
  void settingsOfPromptsAndRepliesThatContradictOneAnotherAreReported() {
    assertThat(
            settings()
                .problems(
                    """
                    task.kind = rollout
                    prompt { message = "{{ turn }}", message_file = a.jinja, reasoning = "<think>" }
                    prompt.continue_final_message = true
                    sampling { n = 2, temperature = 1 }
                    sampling.repetition_detection { min_pattern_size = 3, max_pattern_size = 2 }
                    """))
        .containsExactlyInAnyOrder(
            "prompt.message: prompt.message_file is set, too, and only one of them can be used",
            "prompt.continue_final_message: only the task reply continues a message, and task.kind"
                + " is rollout",
            "prompt.continue_final_message: a session of which prompt.message makes one message has"
                + " no final message that can be continued",
            "prompt.reasoning: must be auto, none, or two different marks joined by a comma, such"
                + " as <think>,</think>",
            "sampling.n: with task.kind = rollout each turn goes on from one reply, so it must be"
                + " 1, but is 2",
            "sampling.repetition_detection.min_pattern_size: 3 is more than"
                + " sampling.repetition_detection.max_pattern_size, which is 2",
            "sampling.repetition_detection.min_count: must be at least 2 where"
                + " sampling.repetition_detection.max_pattern_size is set, but is 0");
    assertThat(settings().problems("prompt.reasoning = none, sampling.thinking_budget = 9"))
        .containsExactly(
            "sampling.thinking_budget: there is no reasoning to limit, as prompt.reasoning is none");
  }

  @Test
  void settingsOfTasksOverChunksThatContradictOneAnotherAreReported() {
    assertThat(
            settings()
                .problems(
                    """
                    task.kind = extract
                    extract { questions { a = " ", b = [1] }, nothing = "--" }
                    prompt.message = "{{ transcript }}"
                    sampling { n = 2, temperature = 1 }
                    cascade.path = other
                    """))
        .containsExactlyInAnyOrder(
            "extract.questions: a must be a question in words",
            "extract.questions: b must be a question in words",
            "extract.nothing: must have a letter or a digit",
            "prompt.message: task.kind = extract has templates of its own, which are in extract",
            "sampling.n: with task.kind = extract each request has one answer, so it must be 1, but"
                + " is 2",
            "cascade.path: task.kind = extract has no confidence by which a second model could be"
                + " asked");
    assertThat(settings().problems("task.kind = extract"))
        .containsExactly("extract.questions: task.kind = extract has nothing to ask");
  }

  @Test
  void inputOutputAndCacheLieApart() {
    assertThat(
            settings()
                .problems(
                    "cache.path = out/cache",
                    Assignment.of("input.paths", "archive", "--input"),
                    Assignment.of("output.path", "out", "--output")))
        .containsExactly("cache.path: the cache and the output folder lie one in the other");
    assertThat(
            settings()
                .problems(
                    "cache.path = archive",
                    Assignment.of("input.paths", "archive/2025", "--input")))
        .containsExactly("cache.path: the cache and the input archive/2025 lie one in the other");
  }

  @Test
  void aGroupIsNoSettingAndAValueIsNoGroup() {
    assertThat(settings().problems("sampling = 3"))
        .singleElement()
        .asString()
        .endsWith("job.conf: 1: sampling: is a group of settings, not a setting");
    assertThat(settings().problems("sampling.max_tokens { a = 1 }"))
        .singleElement()
        .asString()
        .endsWith("must be a whole number from 1, but is a map");
    assertThat(settings().problems("", Assignment.parse("sampling=3")))
        .containsExactly("--set: sampling: is a group of settings, not a setting");
  }

  @Test
  void nullMeansNotSetAndASecondAssignmentNeedsAKey() {
    assertThat(settings().load("sampling.max_tokens = null").sampling().maxTokens()).isEqualTo(128);
    assertThatThrownBy(() -> Assignment.parse("=3"))
        .hasMessage("--set takes key=value, but is '=3'");
    assertThatThrownBy(() -> Assignment.parse("a")).hasMessage("--set takes key=value, but is 'a'");
  }

  @Test
  void hugeAndStrangeNumbersAreWrongValuesAndNoWorse() {
    for (String number : List.of("1e999999999", "NaN", "1e400", "99999999999999999999", "0.5")) {
      assertThat(settings().problems("", Assignment.parse("sampling.max_tokens=" + number)))
          .as(number)
          .singleElement()
          .asString()
          .contains("must be a whole number from 1");
    }
    assertThat(
            settings().load("", Assignment.parse("sampling.max_tokens=1e2")).sampling().maxTokens())
        .isEqualTo(100);
  }

  private SettingsForTests settings() {
    return new SettingsForTests(folder);
  }
}

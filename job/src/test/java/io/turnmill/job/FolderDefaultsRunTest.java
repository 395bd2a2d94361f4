package io.turnmill.job;

import static io.turnmill.job.testing.JobForTests.session;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.testing.SpoiltFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a model's folder says of the end of replies and of sampling, in runs and in what they say.
 */
class FolderDefaultsRunTest {
  private static final String WARNING =
      "The chat template ends an assistant's turn with <|im_end|> (token 6143), which no file of the"
          + " model names as an end of sequence";
  private static final String ENDS = "6141 <|endoftext|> (generation_config.json)";

  @TempDir Path folder;
  private SpoiltFolder model;
  private String input;

  @BeforeEach
  void copy() throws IOException {
    model = SpoiltFolder.copyOf(Path.of(JobForTests.MODEL), folder.resolve("model"));
    input =
        Files.writeString(folder.resolve("in.jsonl"), session("a", "A table for two")).toString();
  }

  private JobForTests job(String output) {
    return new JobForTests(folder.resolve(output), model.path().toString(), FakeModelLoader::new);
  }

  private String[] plan(String... settings) {
    return Stream.concat(
            Stream.of(
                "plan",
                "--model=" + model.path(),
                "--input=" + input,
                "--output=" + folder.resolve("out")),
            Stream.of(settings))
        .toArray(String[]::new);
  }

  @Test
  void aTurnThatNoEndOfSequenceEndsIsWarnedOfByEveryCommand() {
    model
        .write("generation_config.json", "{\"eos_token_id\": 6141}")
        .replace("tokenizer_config.json", "\"eos_token\": \"<|im_end|>\"", "\"eos_token\": null");
    JobForTests job = job("out");
    assertThat(job.command("model", "inspect", model.path().toString())).isEqualTo(ExitCode.OK);
    assertThat(job.out()).contains("end of sequence   " + ENDS + "\n", "The model can be used.");
    assertThat(job.err()).startsWith("Warning: " + WARNING);
    assertThat(job.command(plan())).isEqualTo(ExitCode.OK);
    assertThat(job.out())
        .containsPattern("  end of sequence +6141")
        .contains("Warning: " + WARNING);
    assertThat(job.run("--input", input, "--quiet")).isEqualTo(ExitCode.OK);
    assertThat(job.err()).startsWith("turnmill: warning: " + WARNING);

    JobForTests stopped = job("stopped");
    assertThat(stopped.run("--input", input, "--set=sampling.stop_token_ids=6143"))
        .isEqualTo(ExitCode.OK);
    assertThat(stopped.err())
        .contains("turnmill: end of sequence: " + ENDS + "\n")
        .doesNotContain("arning");
    assertThat(stopped.manifest().at("/model/end_of_sequence").asText()).isEqualTo(ENDS);
  }

  @Test
  void recommendedSamplingIsNamedAndUsedWhereItIsWanted() {
    model.write(
        "generation_config.json",
        "{\"eos_token_id\": 6143, \"temperature\": 0.7, \"max_new_tokens\": 7, \"num_beams\": 3}");
    String recommends =
        "generation_config.json recommends temperature 0.7, max_new_tokens 7; not supported and not"
            + " used: num_beams 3";
    JobForTests job = job("out");
    job.command("model", "inspect", model.path().toString());
    assertThat(job.out())
        .contains("sampling          " + recommends + "; used with sampling.from = model\n");
    assertThat(job.command(plan())).isEqualTo(ExitCode.OK);
    assertThat(job.out())
        .contains(recommends + "; used with sampling.from = turnmill: temperature 0.0,");
    assertThat(job.command(plan("--set=sampling.from=model"))).isEqualTo(ExitCode.OK);
    assertThat(job.out())
        .contains(recommends + "; used with sampling.from = model: temperature 0.7,")
        .containsPattern("  reply tokens +at most 7\n")
        .containsPattern("\\* sampling.temperature +0.7\n");

    assertThat(job.run("--input", input, "--set=sampling.from=model")).isEqualTo(ExitCode.OK);
    assertThat(job.err()).contains("turnmill: sampling: " + recommends + "; used with");
    assertThat(job.manifest().at("/settings/sampling.temperature").asDouble()).isEqualTo(0.7);
    assertThat(job.manifest().at("/settings/sampling.max_tokens").asInt())
        .as("as it is set")
        .isEqualTo(12);
    String[] same = {"--input", input, "--set=sampling.temperature=0.7"};
    assertThat(job.run(same)).isEqualTo(ExitCode.OK);
    assertThat(job.err()).contains("This run is complete");
    assertThat(job.run("--input", input)).isEqualTo(ExitCode.SETUP);
    assertThat(job.err()).contains("changed: sampling.temperature: 0.7 then, 0.0 now");
  }

  @Test
  void aRecommendationThatCannotBeUsedIsOneClearMessageWhereItIsWanted() {
    model.write("generation_config.json", "{\"top_p\": 1.5, \"max_new_tokens\": 9000}");
    JobForTests job = job("out");
    assertThat(job.run("--input", input)).isEqualTo(ExitCode.OK);
    assertThat(job.run("--input", input, "--set=sampling.from=model")).isEqualTo(ExitCode.SETUP);
    assertThat(job.err())
        .contains("model.path: " + model.path() + "/generation_config.json recommends what cannot")
        .contains("top_p must be a number above 0 up to 1, but is '1.5'")
        .doesNotContain("\tat ");
    assertThat(job.command(plan("--set=sampling.from=model", "--set=sampling.top_p=1")))
        .isEqualTo(ExitCode.SETUP);
    assertThat(job.err())
        .contains("sampling.max_tokens = 9000 leaves no room for a prompt")
        .contains("If generation_config.json recommends that many, set fewer.");
  }
}

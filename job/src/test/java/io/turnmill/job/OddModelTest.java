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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model whose tokenizer got a pad token, for which its embedding got no row. */
class OddModelTest {
  private static final String WARNING =
      "tokenizer.json: 1 added token lies beyond the 6144 rows of the embedding (6144 [PAD]); a"
          + " prompt that has one fails with token_out_of_vocabulary, and none is ever drawn.";

  @TempDir Path folder;
  private JobForTests job;
  private String model;

  @BeforeEach
  void place() throws IOException {
    Path target = folder.resolve("model");
    model = target.toString();
    String pad =
        "{\"id\": 6144, \"content\": \"[PAD]\", \"single_word\": false, \"lstrip\": false,"
            + " \"rstrip\": false, \"normalized\": false, \"special\": true}";
    SpoiltFolder.copyOf(Path.of(JobForTests.MODEL), target)
        .replace("tokenizer.json", "],\"normalizer\"", "," + pad + "],\"normalizer\"");
    job = new JobForTests(folder.resolve("out"), model, FakeModelLoader::new);
  }

  @Test
  void isUsedWithAWarningAndAPromptThatNeedsTheRowFailsAlone() throws IOException {
    Path archive = folder.resolve("in.jsonl");
    Files.writeString(
        archive, session("a", "Good morning") + session("b", "[PAD]") + session("c", "Thanks"));
    String[] settings = {
      "--input", archive.toString(),
      "--set", "prompt.allow_special_tokens=true",
      "--set", "limits.max_failed_share=0.5"
    };
    assertThat(job.run(settings)).isEqualTo(ExitCode.OK);
    assertThat(job.err()).contains(WARNING);
    assertThat(job.manifest().at("/books/ok").asInt()).isEqualTo(2);
    assertThat(job.manifest().at("/books/failed_by_code/token_out_of_vocabulary").asInt())
        .isEqualTo(1);
  }

  @Test
  void isShownWithTheWarning() throws IOException {
    assertThat(job.command("model", "inspect", model)).isEqualTo(ExitCode.OK);
    assertThat(job.err()).contains("Warning: ").contains(WARNING);
    assertThat(job.out()).contains("can be used.");

    Path archive = folder.resolve("in.jsonl");
    Files.writeString(archive, session("a", "Good morning"));
    String output = folder.resolve("planned").toString();
    assertThat(
            job.command(
                "plan", "--model", model, "--input", archive.toString(), "--output", output))
        .isEqualTo(ExitCode.OK);
    assertThat(job.out()).contains("Warning: ").contains(WARNING);
  }

  @Test
  void aTokenWithoutAScoreIsNeitherFavouredNorStopsAReply() throws IOException {
    Path archive = folder.resolve("in.jsonl");
    Files.writeString(archive, session("a", "Good morning"));
    assertThat(
            job.run(
                "--input", archive.toString(),
                "--set", "sampling.logit_bias={\"6144\": 5}",
                "--set", "sampling.stop_token_ids=[6144]"))
        .isEqualTo(ExitCode.SETUP);
    assertThat(job.err())
        .contains("sampling.logit_bias: 6144 is not a token of this model")
        .contains("sampling.stop_token_ids: 6144 is not a token of this model");
  }
}

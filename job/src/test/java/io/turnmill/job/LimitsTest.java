package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.session.KeyHash;
import io.turnmill.session.SessionKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run in which too much fails or is rejected ends early, and can be gone on with. */
class LimitsTest {
  @TempDir Path folder;

  private JobForTests job() {
    return new JobForTests(folder.resolve("out"), FakeModelLoader::new);
  }

  /** Bucket 3 holds sessions that fail, and the longest ones, so that it comes first. */
  private Path failing() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 120; i++) {
      long hash = KeyHash.of(new SessionKey(Optional.empty(), "s" + i));
      boolean bad = Math.floorMod(hash, 12L) == 3;
      String text = bad ? "A long question ".repeat(6) + FakeModelLoader.POISON : "Short " + i;
      lines.append(JobForTests.session("s" + i, text));
    }
    return Files.writeString(folder.resolve("in.jsonl"), lines);
  }

  @Test
  void tooManyFailuresEndARunBeforeItsLastBucketAndAHigherLimitGoesOn() throws IOException {
    String input = failing().toString();
    JobForTests job = job();
    assertThat(job.run("--input", input, "--set", "output.buckets=12"))
        .isEqualTo(ExitCode.TOO_MANY_FAILURES);
    assertThat(job.err())
        .containsPattern("Failed, by code")
        .containsPattern("\\d+ +non_finite_logits")
        .contains("limits.max_failed_share = 0.01 allows less")
        .containsPattern("The commonest code is non_finite_logits \\(\\d+ rows\\)\\.")
        .contains("ended early")
        .doesNotContain("--rejected")
        .doesNotContain("\tat ");
    assertThat(job.bucketsDone()).contains(3).hasSizeLessThan(12);
    assertThat(job.manifest().path("state").asText()).isEqualTo("stopped");
    assertThat(folder.resolve("out/_turnmill/lock.json")).doesNotExist();

    assertThat(
            job.run(
                "--input",
                input,
                "--set",
                "output.buckets=12",
                "--set",
                "limits.max_failed_share=0.5",
                "--keep-staged"))
        .isEqualTo(ExitCode.OK);
    assertThat(job.err()).contains("resumes the run of");
    assertThat(job.answers()).hasSize(120);
    assertThat(folder.resolve("out/_turnmill/work").toFile().list()).containsExactly("staged");
  }

  @Test
  void tooManyRejectionsEndARunBeforeTheModelIsLoaded() throws IOException {
    StringBuilder lines = new StringBuilder("{broken\n".repeat(6));
    for (int i = 0; i < 20; i++) {
      lines.append(JobForTests.session("s" + i, "Question " + i));
    }
    Path input = Files.writeString(folder.resolve("in.jsonl"), lines);
    JobForTests job =
        new JobForTests(
            folder.resolve("out"),
            options -> {
              throw new IllegalStateException("The model must not be loaded.");
            });
    assertThat(job.run("--input", input.toString())).isEqualTo(ExitCode.TOO_MANY_FAILURES);
    assertThat(job.err())
        .containsPattern("6 +malformed_json")
        .contains("limits.max_rejected_share")
        .contains("The commonest code is malformed_json (6 rows); see the setting input.format.")
        .contains("Next: submit/local.sh show " + folder.resolve("out") + " --rejected\n")
        .doesNotContain("show " + folder.resolve("out") + "\n");
    assertThat(job.rejected()).hasSize(6);
  }

  @Test
  void theCommonestCodeIsOneOfThoseThatTheLimitIsAbout() throws IOException {
    String lost = "{\"role\": \"user\", \"content\": \"a\", \"timestamp\": \"03/04/2024\"}";
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      lines.append("{\"session_id\": \"s" + i + "\", \"messages\": [" + lost + "]}\n");
    }
    String alone =
        "{\"session_id\": \"%s\", \"messages\": [{\"role\": \"bot\", \"content\": \"a\"}]}\n";
    lines.append(alone.formatted("x")).append(alone.formatted("y"));
    Path input = Files.writeString(folder.resolve("in.jsonl"), lines);
    JobForTests job = job();
    assertThat(job.run("--input", input.toString())).isEqualTo(ExitCode.TOO_MANY_FAILURES);
    assertThat(job.err())
        .contains("9.1 % of the sessions were rejected")
        .contains("The commonest code is no_user_turn (2 rows); see the setting input.roles.");
    assertThat(job.manifest().at("/books/rejected_by_code").toString())
        .isEqualTo("{\"no_user_turn\":2}");
    assertThat(job.manifest().at("/books/rejected_by_scope/timestamp/invalid_timestamp").asInt())
        .isEqualTo(20);
  }
}

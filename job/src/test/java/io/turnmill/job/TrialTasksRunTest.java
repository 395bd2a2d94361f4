package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.executor.FolderModelLoader;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.job.testing.TrialForTests;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trials of other tasks than replies to one turn by one model. */
class TrialTasksRunTest {
  @TempDir Path folder;

  @Test
  void aTaskThatWritesNoRepliesIsTriedToo() {
    TrialForTests trial = new TrialForTests(folder, FakeModelLoader::new);
    trial.write(
        """
        {"session_id": "a", "messages": [{"role": "user", "content": "Open today?"}, \
        {"role": "assistant", "content": "Until six."}]}
        {"session_id": "b", "messages": [{"role": "user", "content": "Open tomorrow?"}, \
        {"role": "assistant", "content": "No, it is Sunday."}]}
        """);

    assertThat(trial.plan("--sample=2", "--set=task.kind=score"))
        .as(trial.job().err())
        .isEqualTo(ExitCode.OK);
    assertThat(trial.job().out())
        .contains("Trial of 2 sessions")
        .containsPattern("all 2 sessions together")
        .doesNotContain("reply tokens")
        .doesNotContain("ended by length");
  }

  /** Each variant replies to each session, with prompts that are the same for both. */
  @Test
  void variantsAreTriedTogetherAndCompared() {
    String task = "--set=task.kind=replay";
    TrialForTests trial = new TrialForTests(folder, FakeModelLoader::new);
    assertThat(trial.plan("--sample=1000", task)).as(trial.job().err()).isEqualTo(ExitCode.OK);
    long alone = all(trial);
    String[] both = {"--set=variants.plain={}", "--set=variants.bold.sampling.temperature=1.5"};

    assertThat(trial.plan("--sample=1000", "--rows=1", task, both[0], both[1]))
        .as(trial.job().err())
        .isEqualTo(ExitCode.OK);
    assertThat(trial.shown()).hasSize(1);
    assertThat(trial.job().out())
        .containsPattern("variants +2, each asked about every session")
        .containsPattern("ok +90\n")
        .containsPattern("ended by length +\\d+ of 90 replies")
        .contains("Answers of two variants to the same turn");
    assertThat(all(trial)).isEqualTo(2 * alone);
  }

  /** The prompt tokens of all sessions. */
  private static long all(TrialForTests trial) {
    String cells = trial.cells("prompt tokens").get(2);
    return Long.parseLong(cells.substring(0, cells.indexOf(' ')).replace(",", ""));
  }

  @Test
  void aTrialSaysHowOftenTheSecondModelIsAsked() {
    TrialForTests trial = new TrialForTests(folder, FakeModelLoader::new);

    assertThat(
            trial.plan(
                "--sample=6", "--set=cascade.path=" + JobForTests.MODEL, "--set=cascade.below=1"))
        .as(trial.job().err())
        .isEqualTo(ExitCode.OK);
    assertThat(trial.job().out())
        .containsPattern("second model +asked about 6 of 6 sessions \\(100\\.0 %\\)")
        .containsPattern("ended by length +\\d of 6 replies");
  }

  @Test
  void anEncoderIsTriedWhateverTheLayoutOfTheResults() {
    TrialForTests trial = new TrialForTests(folder, FolderModelLoader::new);
    String model = JobForTests.ROOT.resolve("samples/models/embed-mini").toString();
    String[] options = {"--sample=4", "--set=task.kind=embed", "--set=output.layout=turn"};

    assertThat(trial.planWith(model, options)).as(trial.job().err()).isEqualTo(ExitCode.OK);
    assertThat(trial.cells("prompt tokens")).hasSize(3);
    assertThat(trial.job().out())
        .containsPattern("ok +4\n")
        .containsPattern("time of one executor +[\\d.]+ m?s")
        .doesNotContain("reply tokens");
  }
}

package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.testing.StoppingModelLoader;
import io.turnmill.job.testing.TaskForTests;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever is asked for, a run that stopped is resumed where it was, and ends as if it had not
 * stopped. What else there is to say of stopped runs is in {@link ResumeTest}.
 */
class ResumedTasksTest {
  @TempDir Path folder;

  static List<TaskForTests> everything() {
    return TaskForTests.all();
  }

  @AfterEach
  void letPass() {
    StoppingModelLoader.DANGEROUS.set(false);
  }

  @ParameterizedTest
  @MethodSource("everything")
  void aRunThatStoppedEndsAsOneThatDidNot(TaskForTests task) throws Exception {
    new InterruptedRun(folder, task)
        .assertEndsAsIfUndisturbed(
            (job, options) -> {
              StoppingModelLoader.DANGEROUS.set(true);
              assertThat(job.run(options)).as(job.err()).isEqualTo(ExitCode.ERROR);
              StoppingModelLoader.DANGEROUS.set(false);
            });
  }
}

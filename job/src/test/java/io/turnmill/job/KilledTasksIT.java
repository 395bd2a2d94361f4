package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.testing.ForkedJob;
import io.turnmill.job.testing.TaskForTests;
import io.turnmill.task.TaskKind;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever is asked for, a run whose process gets SIGKILL in the middle of a bucket is resumed
 * where it was. Drivers, executors and workers of a cluster are killed in {@code KillIT}.
 */
class KilledTasksIT {
  @TempDir Path folder;

  static List<TaskForTests> everything() {
    return TaskForTests.all();
  }

  @Test
  void aRunOfAnEncoderThatIsKilledEndsAsOneThatIsNot() throws Exception {
    survives(TaskForTests.of(TaskKind.CLASSIFY).get(0));
  }

  @ParameterizedTest
  @MethodSource("everything")
  @Tag("slow")
  void soDoesEveryOther(TaskForTests task) throws Exception {
    survives(task);
  }

  private void survives(TaskForTests task) throws Exception {
    ForkedJob forked = new ForkedJob(folder.resolve("forked"));
    new InterruptedRun(folder, task)
        .assertEndsAsIfUndisturbed(
            (job, options) -> {
              int code = forked.run(DeadlyModelLoader.class, job.commandLine(options));
              assertThat(code).as(forked.printed()).isEqualTo(DeadlyModelLoader.KILLED);
            });
  }
}

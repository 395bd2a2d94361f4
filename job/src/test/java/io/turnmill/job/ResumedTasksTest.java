package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.testing.StoppingModelLoader;
import io.turnmill.job.testing.TaskForTests;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever is asked for, a run that stopped is resumed where it was, and ends as if it had not
 * stopped. What else there is to say of stopped runs is in {@link ResumeTest}.
 */
class ResumedTasksTest {
  @TempDir Path folder;

  /** Each way in which a run is made up: whole sessions, encoders, chunks, variants. */
  private static final Set<String> IN_EVERY_BUILD =
      Set.of(
          "reply",
          "embed",
          "summarise",
          "classify by an encoder",
          "variants, the second of which breaks the model");

  static Stream<TaskForTests> usual() {
    return TaskForTests.all().stream().filter(task -> IN_EVERY_BUILD.contains(task.name()));
  }

  static Stream<TaskForTests> others() {
    return TaskForTests.all().stream().filter(task -> !IN_EVERY_BUILD.contains(task.name()));
  }

  @AfterEach
  void letPass() {
    StoppingModelLoader.DANGEROUS.set(false);
  }

  @ParameterizedTest
  @MethodSource("usual")
  void aRunThatStoppedEndsAsOneThatDidNot(TaskForTests task) throws Exception {
    assertEndsAsOneThatDidNotStop(task);
  }

  @ParameterizedTest
  @MethodSource("others")
  @Tag("slow")
  void soDoesARunOfEveryOtherTask(TaskForTests task) throws Exception {
    assertEndsAsOneThatDidNotStop(task);
  }

  private void assertEndsAsOneThatDidNotStop(TaskForTests task) throws Exception {
    new InterruptedRun(folder, task)
        .assertEndsAsIfUndisturbed(
            (job, options) -> {
              StoppingModelLoader.DANGEROUS.set(true);
              assertThat(job.run(options)).as(job.err()).isEqualTo(ExitCode.ERROR);
              StoppingModelLoader.DANGEROUS.set(false);
            });
  }
}

package io.turnmill.job.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

/** Which failures of a task take its process along. */
class ExecutorProcessTest {

  @Test
  void aProcessWithoutMemoryEnds() {
    OutOfMemoryError heap = new OutOfMemoryError("Java heap space");
    assertThat(ExecutorProcess.endsWith(heap)).isTrue();
    assertThat(ExecutorProcess.endsWith(new IllegalStateException("wrapped", heap))).isTrue();
    assertThat(ExecutorProcess.endsWith(new StackOverflowError())).isTrue();
  }

  @Test
  void otherFailuresAreTheTasksOwn() {
    assertThat(ExecutorProcess.endsWith(new UncheckedIOException(new IOException("gone"))))
        .isFalse();
  }
}

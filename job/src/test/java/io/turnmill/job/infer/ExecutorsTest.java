package io.turnmill.job.infer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

/** Which failures of a task take its process along. */
class ExecutorsTest {

  @Test
  void aProcessWithoutMemoryEnds() {
    OutOfMemoryError heap = new OutOfMemoryError("Java heap space");
    assertThat(Executors.endsWith(heap)).isTrue();
    assertThat(Executors.endsWith(new IllegalStateException("wrapped", heap))).isTrue();
    assertThat(Executors.endsWith(new StackOverflowError())).isTrue();
  }

  @Test
  void otherFailuresAreTheTasksOwn() {
    assertThat(Executors.endsWith(new UncheckedIOException(new IOException("gone")))).isFalse();
  }
}

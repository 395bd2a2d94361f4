package io.turnmill.job.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.job.config.SetupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fetch resumes with the files that are missing. */
class FetchResumeTest {
  @TempDir Path temp;

  private OneFetch one;

  @BeforeEach
  void publish() throws IOException {
    one = new OneFetch(temp);
  }

  @Test
  void aFileThatIsCompleteIsKeptAndOneThatIsNotIsFetchedFromItsStart() throws IOException {
    interrupt();
    assertThat(one.part()).isDirectoryContaining("glob:**/model.safetensors.part");
    assertThat(one.part().resolve("model.safetensors")).doesNotExist();
    assertFetchedBesides(2_000);
    assertThat(one.part()).doesNotExist();
  }

  @Test
  void aFileOfThePartThatHasAnotherLengthIsFetchedAgain() throws IOException {
    interrupt();
    Files.write(one.part().resolve("config.json"), new byte[7]);
    assertFetchedBesides(500);
  }

  @Test
  void nothingOfTheFetchIsLeftBesideTheModel() throws IOException {
    interrupt();
    one.model().faults().reads = (file, offset, bytes) -> bytes;
    try (CachedFolder fetched = one.fetch();
        Stream<Path> files = Files.walk(fetched.path().getParent())) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.endsWith(".part"));
    }
  }

  private void interrupt() {
    one.failFor("model.safetensors", 100_000);
    assertThatThrownBy(one::fetch)
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("model.safetensors: cannot be read: cable cut");
    one.model().faults().reads = (file, offset, bytes) -> bytes;
    one.model().faults().bytesRead.set(0);
  }

  private void assertFetchedBesides(long there) throws IOException {
    try (CachedFolder fetched = one.fetch()) {
      one.assertSame(fetched.path());
    }
    assertThat(one.model().bytesRead()).isEqualTo(PublishedModel.ALL - there);
  }
}

package io.turnmill.job.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.job.config.SetupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fetch goes on with what is missing, and trusts a disk that forgets in nothing. */
class FetchResumeTest {
  @TempDir Path temp;

  private OneFetch one;

  @BeforeEach
  void publish() throws IOException {
    one = new OneFetch(temp);
  }

  @Test
  void anInterruptedFetchGoesOnWithWhatIsMissing() throws IOException {
    one.failFor("model.safetensors", 150_000);
    assertThatThrownBy(one::fetch)
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("model.safetensors: cannot be read: cable cut");
    assertThat(one.part()).isDirectory();
    long before = one.model().bytesRead();
    one.model().faults().reads = (file, offset, bytes) -> bytes;

    try (CachedFolder fetched = one.fetch()) {
      one.assertSame(fetched.path());
    }
    assertThat(one.model().bytesRead() - before).isEqualTo(PublishedModel.ALL - 150_000 - 2_000);
    assertThat(one.part()).doesNotExist();
  }

  @Test
  void aTornLineOfTheJournalIsNoLine() throws IOException {
    interruptBehindTwoPieces();
    Path journal = one.part().resolve(".journal");
    byte[] lines = Files.readAllBytes(journal);
    Files.write(journal, Arrays.copyOf(lines, lines.length - 4));
    assertFetchedBesides(50_000 + 2_000);
  }

  @Test
  void aLineOfTheJournalThatLiesIsNoLine() throws IOException {
    interruptBehindTwoPieces();
    Path journal = one.part().resolve(".journal");
    Files.writeString(journal, "2 3 00000000 00000000\n", StandardOpenOption.APPEND);
    assertFetchedBesides(100_000 + 2_000);
  }

  @Test
  void aPieceThatRottedOnTheDiskIsFetchedAgain() throws IOException {
    interruptBehindTwoPieces();
    Path file = one.part().resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    bytes[60_000] ^= 1;
    Files.write(file, bytes);
    assertFetchedBesides(50_000 + 2_000);
  }

  @Test
  void aFileOfThePartThatHasAnotherLengthIsFetchedAgain() throws IOException {
    interruptBehindTwoPieces();
    Files.write(one.part().resolve("model.safetensors"), new byte[7]);
    assertFetchedBesides(2_000);
  }

  private void interruptBehindTwoPieces() {
    one.failFor("model.safetensors", 100_000);
    assertThatThrownBy(one::fetch).isInstanceOf(SetupException.class);
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

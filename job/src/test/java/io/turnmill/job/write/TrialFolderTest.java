package io.turnmill.job.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.job.config.SetupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrialFolderTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path folder;

  private static Path local(TrialFolder trial) {
    return Path.of(trial.path().replaceFirst("^file:", ""));
  }

  private static void write(TrialFolder trial) throws IOException {
    Path results = Files.createDirectories(local(trial).resolve("results"));
    Files.writeString(results.resolve("part-0.parquet"), "a result");
  }

  @Test
  void itLiesBesideTheOutputFolderUnderANameOfItsOwn() throws IOException {
    String output = folder.resolve("out").toString();
    try (TrialFolder one = TrialFolder.beside(output, HADOOP);
        TrialFolder other = TrialFolder.beside(output + "/", HADOOP)) {
      assertThat(local(one)).hasParentRaw(folder).doesNotExist();
      assertThat(local(one).getFileName().toString()).matches("out\\.trial-[0-9a-f]{8}");
      assertThat(local(other)).hasParentRaw(folder).isNotEqualTo(local(one));
    }
  }

  @Test
  void itIsRemovedWithTheFoldersThatWereMadeForIt() throws IOException {
    try (TrialFolder trial = TrialFolder.beside(folder.resolve("a/b/out").toString(), HADOOP)) {
      write(trial);
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void foldersThatWereThereOrHoldSomethingElseStay() throws IOException {
    Path there = Files.createDirectory(folder.resolve("there"));
    try (TrialFolder trial = TrialFolder.beside(there.resolve("new/out").toString(), HADOOP)) {
      write(trial);
      Files.createDirectory(there.resolve("new/other"));
    }
    assertThat(there.resolve("new")).isDirectoryContaining("glob:**other");
    try (TrialFolder trial = TrialFolder.beside(there.resolve("out").toString(), HADOOP)) {
      write(trial);
    }
    assertThat(there).isDirectoryContaining("glob:**new");
  }

  @Test
  void nothingLiesBesideAWholeFileSystem() {
    assertThatThrownBy(() -> TrialFolder.beside("/", HADOOP))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("nothing lies beside /; name a folder below it.");
  }
}

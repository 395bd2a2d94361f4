package io.turnmill.job.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.job.config.SetupException;
import io.turnmill.job.testing.FaultyFiles;
import io.turnmill.job.testing.Retries;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An output folder on a store that cannot do everything at the moment. */
class OutputFolderTest {
  @TempDir java.nio.file.Path folder;

  private FaultyFiles files;
  private OutputFolder output;

  @BeforeEach
  void open() throws IOException {
    files = new FaultyFiles(FileSystem.getLocal(new Configuration(false)).getRawFileSystem());
    output =
        new OutputFolder(files, new Path(folder.toUri()), Retries.patient(), Retries.patient());
  }

  private void write(String below) throws IOException {
    Files.createDirectories(folder.resolve(below).getParent());
    Files.writeString(folder.resolve(below), "");
  }

  @Test
  void whatAnEarlierRunLeftIsRemovedAllTheSame() throws IOException {
    write("results/bucket=1/part-0.parquet");
    write("rejected/bucket=1/part-0.parquet");
    write("documents/bucket=1/document-0.parquet");
    write("chunks/bucket=1/document-0.parquet");
    write("_turnmill/work/ledger/staged.json");
    write("notes.txt");
    files.failNext(4, Retries.BUSY);
    output.clear();
    assertThat(folder.resolve("results")).doesNotExist();
    assertThat(folder.resolve("rejected")).doesNotExist();
    assertThat(folder.resolve("documents")).doesNotExist();
    assertThat(folder.resolve("chunks")).doesNotExist();
    assertThat(folder.resolve("_turnmill/work")).isEmptyDirectory();
    assertThat(folder.resolve("notes.txt")).exists();
  }

  @Test
  void stagedDataMayStayWhenTheRestOfTheWorkGoes() throws IOException {
    write("_turnmill/work/staged/a/part-0.parquet");
    write("_turnmill/work/ledger/staged.json");
    write("_turnmill/work/inferred/bucket=1/part-0.parquet");
    files.failNext(3, Retries.BUSY);
    output.removeWork(true);
    assertThat(folder.resolve("_turnmill/work").toFile().list()).containsExactly("staged");
    files.failNext(3, Retries.BUSY);
    output.removeWork(false);
    assertThat(folder.resolve("_turnmill/work")).doesNotExist();
  }

  @Test
  void aStoreThatIsBusyCanBeWrittenAllTheSame() {
    files.failNext(5, Retries.BUSY);
    output.checks().isWritable();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void theManifestIsWrittenAndReadAllTheSame() throws IOException {
    RunManifest manifest =
        new RunManifest(
            new RunManifest.Identity("hash", Map.of()), Map.of(), Instant.EPOCH, "{}", Map.of());
    files.failNext(3, Retries.BUSY);
    output.write(manifest.running());
    output.writeListing(List.of("a 1 2"));
    PreviousRun run = output.previous().orElseThrow();
    assertThat(run.state()).isEqualTo(RunManifest.RUNNING);
    assertThat(run.listing()).containsExactly("a 1 2");
  }

  @Test
  void anotherFolderIsRefusedAllTheSame() throws IOException {
    write("notes.txt");
    files.failNext(3, Retries.BUSY);
    assertThatThrownBy(() -> output.checks().holdsOursAlone(false))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("is not empty and holds no Turnmill results");
    files.failNext(3, Retries.BUSY);
    output.checks().holdsOursAlone(true);
  }

  @Test
  void aFolderThatCanBeWrittenIsLeftAsItWas() throws IOException {
    output.checks().isWritable();
    assertThat(folder).isEmptyDirectory();
  }
}

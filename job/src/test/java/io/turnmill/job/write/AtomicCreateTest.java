package io.turnmill.job.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicCreateTest {
  private static final byte[] OURS = "ours".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] OTHERS = "others".getBytes(StandardCharsets.US_ASCII);

  @TempDir java.nio.file.Path folder;

  private FileSystem files;
  private Path path;

  @BeforeEach
  void open() throws IOException {
    files = FileSystem.getLocal(new Configuration(false));
    path = path("ledger/entry.json");
  }

  private Path path(String below) {
    return new Path(folder.resolve(below).toUri());
  }

  @Test
  void oneOfManyWinsOnLocalFiles() throws Exception {
    AtomicCreates.oneOfManyWinsAndReadersSeeNoPart(files, path("ledger"), 100);
  }

  @Test
  void oneOfManyWinsWhereTheDiskKnowsNoLinks() throws Exception {
    Files.createDirectories(folder.resolve("ledger"));
    AtomicCreates.race(files, path("ledger"), 30, this::createWithoutLinks);
  }

  private boolean createWithoutLinks(Path file, byte[] content) throws IOException {
    java.nio.file.Path place = java.nio.file.Path.of(file.toUri());
    java.nio.file.Path next = place.resolveSibling(UUID.randomUUID().toString());
    Files.write(next, content);
    try {
      AtomicCreate.renameUnderLock(next, place);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  @Test
  void whatIsThereStays() throws IOException {
    assertThat(AtomicCreate.create(files, path, OTHERS)).isTrue();
    assertThat(AtomicCreate.create(files, path, OURS)).isFalse();
    assertThat(AtomicCreates.read(files, path)).isEqualTo(OTHERS);
    assertThat(folder.resolve("ledger")).isDirectoryNotContaining("glob:**.next");
  }

  @Test
  void aFileThatOnlyBeginsWithTheSameBytesIsAnothers() throws IOException {
    AtomicCreate.create(files, path, OTHERS);
    assertThat(AtomicCreate.create(files, path, new byte[] {OTHERS[0]})).isFalse();
  }

  @Test
  void whoAsksAgainAfterALostAnswerHasStillWon() throws IOException {
    assertThat(AtomicCreate.create(files, path, OURS)).isTrue();
    assertThat(AtomicCreate.create(files, path, OURS)).isTrue();
  }

  @Test
  void anAnswerThatIsLostIsFoundOutByLookingAtTheFile() throws IOException {
    FileSystem loses = new LosesTheAnswer(files);
    assertThat(AtomicCreate.create(loses, path, OURS)).isTrue();
    assertThat(AtomicCreates.read(files, path)).isEqualTo(OURS);
  }

  @Test
  void aDiskThatTakesNothingLeavesNothing() {
    FileSystem full = new TakesNothing(files);
    assertThatThrownBy(() -> AtomicCreate.create(full, path, OURS))
        .isInstanceOf(IOException.class)
        .hasMessage("No space left on device");
    assertThat(folder.resolve("ledger")).isEmptyDirectory();
  }

  /** Does what it is asked, and fails then. */
  private static final class LosesTheAnswer extends FilterFileSystem {
    LosesTheAnswer(FileSystem files) {
      super(files);
    }

    @Override
    public boolean delete(Path path, boolean recursive) throws IOException {
      super.delete(path, recursive);
      throw new IOException("Connection reset by peer");
    }
  }

  /** Makes files, and takes no byte. */
  private static final class TakesNothing extends FilterFileSystem {
    TakesNothing(FileSystem files) {
      super(files);
    }

    @Override
    public FSDataOutputStream create(
        Path file,
        FsPermission permission,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress)
        throws IOException {
      OutputStream out =
          super.create(file, permission, overwrite, bufferSize, replication, blockSize, progress);
      return new FSDataOutputStream(
          new OutputStream() {
            @Override
            public void write(int b) throws IOException {
              throw new IOException("No space left on device");
            }

            @Override
            public void close() throws IOException {
              out.close();
            }
          },
          null);
    }
  }
}

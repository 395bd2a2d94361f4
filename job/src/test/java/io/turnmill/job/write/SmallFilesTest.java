package io.turnmill.job.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.job.hadoop.Retry;
import io.turnmill.job.testing.FaultyFiles;
import io.turnmill.job.testing.Retries;
import java.io.IOException;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SmallFilesTest {
  @TempDir java.nio.file.Path folder;

  /** Named as S3A's. */
  private static final class RemoteFileChangedException extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /** Named as that of the client of S3, which other classes wrap. */
  private static final class S3Exception extends RuntimeException {
    private static final long serialVersionUID = 1L;

    S3Exception() {
      super("A precondition did not hold. (Service: S3, Status Code: 412)");
    }
  }

  /** A file that somebody replaces whenever it is opened, some times. */
  private static final class Replaced extends FilterFileSystem {
    private int times;

    Replaced(FileSystem files, int times) {
      super(files);
      this.times = times;
    }

    @Override
    public FSDataInputStream open(Path path, int bufferSize) throws IOException {
      if (times-- > 0) {
        throw times % 2 == 0
            ? new RemoteFileChangedException()
            : new IOException("Server error", new S3Exception());
      }
      return super.open(path, bufferSize);
    }
  }

  @Test
  void aFileThatIsReplacedWhileItIsReadIsReadAgain() throws IOException {
    FileSystem local = FileSystem.getLocal(new Configuration(false)).getRawFileSystem();
    Path path = new Path(folder.resolve("lock.json").toString());
    new SmallFiles(local).replace(path, Map.of("token", "a"));

    SmallFiles files = new SmallFiles(new Replaced(local, 3));
    assertThat(files.read(path).orElseThrow().path("token").asText()).isEqualTo("a");
    SmallFiles never = new SmallFiles(new Replaced(local, Integer.MAX_VALUE), Retry.never());
    assertThatThrownBy(() -> never.read(path)).isInstanceOf(IOException.class);
  }

  @Test
  void whatTheStoreCannotDoAtTheMomentIsDoneLater() throws IOException {
    FaultyFiles faulty =
        new FaultyFiles(FileSystem.getLocal(new Configuration(false)).getRawFileSystem());
    SmallFiles files = new SmallFiles(faulty, Retries.patient());
    Path path = new Path(folder.resolve("run.json").toUri());
    for (int failures = 0; failures < 4; failures++) {
      int number = failures;
      faulty.failNext(failures, Retries.BUSY);
      files.replace(path, Map.of("number", number));
      faulty.failNext(failures, Retries.BUSY);
      assertThat(files.read(path).orElseThrow().path("number").asInt()).isEqualTo(number);
    }
    faulty.failNext(2, Retries.BUSY);
    files.remove(path);
    assertThat(files.read(path)).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void whatMayNotBeWrittenIsNotTriedAgain() throws IOException {
    FaultyFiles faulty =
        new FaultyFiles(FileSystem.getLocal(new Configuration(false)).getRawFileSystem());
    SmallFiles files = new SmallFiles(faulty, Retries.patient());
    Path path = new Path(folder.resolve("run.json").toUri());
    faulty.failNext(
        1,
        () -> {
          throw new AccessControlException("Permission denied");
        });
    assertThatThrownBy(() -> files.replace(path, Map.of()))
        .isInstanceOf(AccessControlException.class);
    assertThat(folder).isEmptyDirectory();
  }
}

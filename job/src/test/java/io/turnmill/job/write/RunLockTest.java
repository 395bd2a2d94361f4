package io.turnmill.job.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.job.config.SetupException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two runs never write to one folder, and a dead run does not keep others out. */
class RunLockTest {
  private static final RunLock.Times FAST =
      new RunLock.Times(Duration.ofMillis(20), Duration.ofMillis(400), Duration.ofMillis(10));

  @TempDir java.nio.file.Path folder;

  private FileSystem files;
  private Path path;
  private final List<String> notes = new ArrayList<>();

  @BeforeEach
  void open() throws IOException {
    files = FileSystem.getLocal(new Configuration(false));
    path = new Path(folder.resolve("_turnmill/lock.json").toUri());
  }

  private RunLock take() throws IOException {
    return RunLock.take(files, path, FAST, notes::add);
  }

  private void foreign(String place, long pid) throws IOException {
    Files.createDirectories(folder.resolve("_turnmill"));
    Files.writeString(
        folder.resolve("_turnmill/lock.json"),
        "{\"token\":\"t\",\"host\":\"elsewhere\",\"place\":\"%s\",\"pid\":%d,\"since\":\"then\"}"
            .formatted(place, pid));
  }

  @Test
  void aSecondRunIsRefusedUntilTheFirstIsDone() throws IOException {
    try (RunLock first = take()) {
      assertThatThrownBy(this::take)
          .isInstanceOf(SetupException.class)
          .hasMessageContaining("another run is writing there")
          .hasMessageContaining("process " + ProcessHandle.current().pid());
      first.check();
    }
    assertThat(files.exists(path)).isFalse();
    take().close();
    assertThat(notes).isEmpty();
  }

  @Test
  void theLockOfAProcessOnAnotherMachineIsBrokenOnlyAfterItsLease() throws IOException {
    foreign("another machine", 1);
    try (RunLock lock = take()) {
      lock.check();
    }
    assertThat(notes).hasSize(2);
    assertThat(notes.get(0)).contains("elsewhere").contains("sign of life");
  }

  @Test
  void theLockOfAProcessThatIsGoneIsBrokenAtOnce() throws Exception {
    String own;
    try (RunLock lock = take()) {
      own = Files.readString(folder.resolve("_turnmill/lock.json"));
    }
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    Files.writeString(
        folder.resolve("_turnmill/lock.json"),
        own.replaceFirst("\"pid\" : \\d+", "\"pid\" : " + process.pid())
            .replaceFirst("\"token\" : \"", "\"token\" : \"other"));
    take().close();
    assertThat(notes).isEmpty();
  }

  @Test
  void aLockThatAnotherRunBrokeAndGaveBackIsNotTakenAgain() throws Exception {
    try (RunLock lock = take()) {
      Files.delete(folder.resolve("_turnmill/lock.json"));
      Thread.sleep(FAST.beat().multipliedBy(10).toMillis());
      assertThat(folder.resolve("_turnmill/lock.json")).doesNotExist();
      assertThatThrownBy(lock::check).hasMessageContaining("Another run has taken over");
    }
  }

  @Test
  void whoLosesItsLockNoticesAndDoesNotRemoveTheOther() throws IOException {
    RunLock lock = take();
    foreign("another machine", 1);
    assertThatThrownBy(lock::check)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Another run has taken over");
    lock.close();
    assertThat(Files.readString(folder.resolve("_turnmill/lock.json"))).contains("elsewhere");
  }
}

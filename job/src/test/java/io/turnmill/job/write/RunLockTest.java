package io.turnmill.job.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.job.config.SetupException;
import io.turnmill.job.hadoop.Retry;
import io.turnmill.job.testing.FaultyFiles;
import io.turnmill.job.testing.Retries;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalErrors;
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
  private Path inside;
  private Path path;
  private final List<String> notes = new ArrayList<>();

  @BeforeEach
  void open() throws IOException {
    files = FileSystem.getLocal(new Configuration(false));
    inside = new Path(folder.resolve("_turnmill").toUri());
    path = new Path(inside, "lock.json");
  }

  private RunLock take() throws IOException {
    return take(files);
  }

  private RunLock take(FileSystem from) throws IOException {
    return RunLock.take(from, inside, FAST, Retry.never(), notes::add);
  }

  private void foreign(String place, long pid) throws IOException {
    Files.createDirectories(folder.resolve("_turnmill"));
    Files.writeString(
        folder.resolve("_turnmill/lock.json"),
        String.format(
            Locale.ROOT,
            "{\"token\":\"t\",\"host\":\"elsewhere\",\"place\":\"%s\",\"pid\":%d,\"since\":\"then\"}",
            place,
            pid));
  }

  private String writer() throws IOException {
    return RunLock.writer(files, inside, Retry.never());
  }

  @Test
  void whoWritesIsTold() throws IOException {
    assertThat(writer()).isEqualTo("nobody");
    try (RunLock lock = take()) {
      lock.check();
      assertThat(writer()).endsWith("process " + ProcessHandle.current().pid());
    }
    assertThat(writer()).isEqualTo("nobody");
    foreign("another machine", 7);
    assertThat(writer()).isEqualTo("on elsewhere, process 7, if that still runs");
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
    FaultyFiles watched =
        new FaultyFiles(FileSystem.getLocal(new Configuration(false)).getRawFileSystem());
    try (RunLock lock = take(watched)) {
      Files.delete(folder.resolve("_turnmill/lock.json"));
      CountDownLatch beats = new CountDownLatch(10);
      watched.fault(
          (request, file) -> {
            if (request == FaultyFiles.Request.OPEN) {
              beats.countDown();
            }
          });
      beats.await();
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

  @Test
  void whoBreaksALockMakesTheNextAndWhatIsBrokenNeverComesBack() throws IOException {
    foreign("another machine", 1);
    byte[] first = Files.readAllBytes(folder.resolve("_turnmill/lock.json"));
    try (RunLock second = take()) {
      second.check();
      assertThat(names()).containsExactly("lock-2.json");
      // A request of the first that was under way all the time is answered now.
      Files.write(folder.resolve("_turnmill/lock.json"), first);
      second.check();
    }
    assertThat(names()).containsExactlyInAnyOrder("lock.json", "lock-2.json");
    RunLock third = take();
    assertThat(names()).containsExactly("lock-3.json");
    Files.write(folder.resolve("_turnmill/lock-4.json"), first);
    assertThatThrownBy(third::check).hasMessageContaining("Another run has taken over");
    third.close();
  }

  private List<String> names() {
    return List.of(folder.resolve("_turnmill").toFile().list());
  }

  @Test
  void ofManyThatBreakADeadLockAtOnceOneWins() throws Exception {
    int runs = 6;
    ExecutorService threads = Executors.newFixedThreadPool(runs);
    try {
      foreign("another machine", 1);
      CyclicBarrier start = new CyclicBarrier(runs);
      List<Callable<Optional<RunLock>>> calls =
          Collections.nCopies(
              runs,
              () -> {
                start.await();
                try {
                  return Optional.of(RunLock.take(files, inside, FAST, Retry.never(), n -> {}));
                } catch (SetupException e) {
                  return Optional.empty();
                }
              });
      List<RunLock> holders = new ArrayList<>();
      for (Future<Optional<RunLock>> answer : threads.invokeAll(calls)) {
        answer.get().ifPresent(holders::add);
      }
      assertThat(holders).hasSize(1);
      holders.get(0).check();
      holders.get(0).close();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void theHeartGoesOnWhateverAnAttemptToWriteThrows() throws Exception {
    FaultyFiles faulty =
        new FaultyFiles(FileSystem.getLocal(new Configuration(false)).getRawFileSystem());
    try (RunLock lock = take(faulty)) {
      for (FaultyFiles.Failure failure : beatFailures()) {
        CountDownLatch failed = new CountDownLatch(2);
        faulty.fault(
            (request, file) -> {
              if (request == FaultyFiles.Request.CREATE) {
                failed.countDown();
                failure.fail();
              }
            });
        failed.await();
        CountDownLatch renewed = new CountDownLatch(2);
        faulty.fault(
            (request, file) -> {
              if (request == FaultyFiles.Request.CREATE) {
                renewed.countDown();
              }
            });
        renewed.await();
      }
      lock.check();
    }
  }

  private static List<FaultyFiles.Failure> beatFailures() {
    return List.of(
        Retries.BUSY,
        () -> {
          throw new IllegalStateException("Connection pool shut down");
        },
        () -> {
          throw LocalErrors.of(new IOException("No space left on device"));
        });
  }

  @Test
  void aStoreThatIsBusyIsAskedAgain() throws IOException {
    FaultyFiles faulty =
        new FaultyFiles(FileSystem.getLocal(new Configuration(false)).getRawFileSystem());
    RunLock.Times still =
        new RunLock.Times(Duration.ofDays(1), Duration.ofDays(2), Duration.ofMillis(1));
    faulty.failNext(3, Retries.BUSY);
    RunLock lock = RunLock.take(faulty, inside, still, Retries.patient(), notes::add);
    faulty.failNext(3, Retries.BUSY);
    lock.check();
    faulty.failNext(3, Retries.BUSY);
    lock.close();
    assertThat(names()).isEmpty();
  }
}

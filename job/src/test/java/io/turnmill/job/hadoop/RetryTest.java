package io.turnmill.job.hadoop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.file.AccessDeniedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.hdfs.protocol.DSQuotaExceededException;
import org.apache.hadoop.hdfs.server.namenode.SafeModeException;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RetryTest {
  private static final Retry.Times TIMES =
      new Retry.Times(Duration.ofSeconds(1), Duration.ofSeconds(4), Duration.ofSeconds(20));

  private final List<Duration> pauses = new ArrayList<>();
  private final List<String> log = new ArrayList<>();
  private long nanos = Long.MAX_VALUE - 5;
  private int attempts;

  private final Retry retry =
      new Retry(
          TIMES,
          () -> nanos,
          time -> {
            pauses.add(time);
            nanos += time.toNanos();
          },
          log::add);

  private String failing(int times, IOException failure) throws IOException {
    attempts = 0;
    return retry.call(
        "reading run.json",
        () -> {
          if (attempts++ < times) {
            throw failure;
          }
          return "content";
        });
  }

  private static List<Duration> seconds(int... seconds) {
    return Arrays.stream(seconds).mapToObj(Duration::ofSeconds).toList();
  }

  @Test
  void whatSucceedsIsDoneOnce() throws IOException {
    assertThat(failing(0, new IOException())).isEqualTo("content");
    assertThat(attempts).isEqualTo(1);
    assertThat(pauses).isEmpty();
    assertThat(log).isEmpty();
  }

  @Test
  void pausesDoubleUpToTheLongest() throws IOException {
    assertThat(failing(5, new ConnectException("Connection refused"))).isEqualTo("content");
    assertThat(pauses).isEqualTo(seconds(1, 2, 4, 4, 4));
  }

  @Test
  void whatFailsAllTheTimeIsThrownBeforeThePauseThatWouldEndTooLate() {
    IOException failure = new ConnectException("Connection refused");
    assertThatThrownBy(() -> failing(Integer.MAX_VALUE, failure)).isSameAs(failure);
    // The next one would end 23 s after the first failure.
    assertThat(pauses).isEqualTo(seconds(1, 2, 4, 4, 4, 4));
    assertThat(log)
        .last()
        .isEqualTo("reading run.json failed 7 times in 19 s; it is not tried again.");
  }

  @Test
  void theTimeThatAttemptsTakeCountsAsWell() {
    assertThatThrownBy(
            () ->
                retry.run(
                    "writing",
                    () -> {
                      nanos += Duration.ofSeconds(15).toNanos();
                      throw new SocketTimeoutException("Read timed out");
                    }))
        .isInstanceOf(SocketTimeoutException.class);
    assertThat(pauses).isEqualTo(seconds(1, 2));
  }

  @Test
  void everyPauseIsASentenceInTheLogWithoutPasswordAndWithoutStack() throws IOException {
    failing(1, new IOException("s3a://key:secret@bucket/run.json: 503.\n\tat some.Frame"));
    failing(1, new IOException());
    assertThat(log)
        .containsExactly(
            "reading run.json: IOException: s3a://***@bucket/run.json: 503; trying again in 1 s.",
            "reading run.json: IOException; trying again in 1 s.");
  }

  static List<IOException> permanent() {
    return List.of(
        new FileNotFoundException("there is none"),
        new FileAlreadyExistsException("there is one"),
        new AccessDeniedException("s3a://bucket"),
        new AccessControlException("Permission denied: user=nobody"),
        new DSQuotaExceededException(1000, 2000),
        new IOException("No space left on device"),
        new IOException("com.example: QuotaExceeded: 1 of 1 objects"),
        new RemoteException(AccessControlException.class.getName(), "Permission denied"),
        new IOException("reading", new IOException("deeper", new FileNotFoundException("gone"))),
        new LostForEver());
  }

  private static final class LostForEver extends IOException
      implements PermanentFailures.Permanent {
    private static final long serialVersionUID = 1L;
  }

  @ParameterizedTest
  @MethodSource("permanent")
  void whatWouldFailAgainInTheSameWayIsThrownAtOnce(IOException failure) {
    assertThatThrownBy(() -> failing(1, failure)).isSameAs(failure);
    assertThat(pauses).isEmpty();
    assertThat(log).isEmpty();
  }

  static List<Exception> transientFailures() {
    return List.of(
        new IOException("Could not obtain block"),
        new ConnectException("Connection refused"),
        new SocketTimeoutException("Read timed out"),
        new RemoteException(SafeModeException.class.getName(), "Name node is in safe mode."),
        new UncheckedIOException(new IOException("Connection reset")));
  }

  @ParameterizedTest
  @MethodSource("transientFailures")
  void whatMayPassIsTriedAgain(Exception failure) throws IOException {
    retry.run(
        "listing",
        () -> {
          if (attempts++ == 0) {
            if (failure instanceof RuntimeException unchecked) {
              throw unchecked;
            }
            throw (IOException) failure;
          }
        });
    assertThat(attempts).isEqualTo(2);
  }

  @Test
  void aFaultOfOurOwnIsNotTriedAgain() {
    assertThatThrownBy(
            () ->
                retry.run(
                    "listing",
                    () -> {
                      attempts++;
                      throw new IllegalStateException("This is a bug.");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(attempts).isEqualTo(1);
  }

  @Test
  void anInterruptEndsThePauseAndStays() {
    Retry interrupted =
        new Retry(
            TIMES,
            () -> 0,
            time -> {
              throw new InterruptedException();
            },
            log::add);
    IOException failure = new IOException("busy");
    try {
      assertThatThrownBy(
              () ->
                  interrupted.run(
                      "listing",
                      () -> {
                        throw failure;
                      }))
          .isInstanceOf(InterruptedIOException.class)
          .hasCause(failure);
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      Thread.interrupted();
    }
  }

  @Test
  void aThreadThatIsInterruptedDoesNotTryAgain() {
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> failing(1, new InterruptedIOException("closed")))
          .isInstanceOf(InterruptedIOException.class);
      assertThat(attempts).isEqualTo(1);
    } finally {
      Thread.interrupted();
    }
  }
}

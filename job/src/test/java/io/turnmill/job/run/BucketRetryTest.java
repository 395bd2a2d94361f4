package io.turnmill.job.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.quarantine.InFlightStore;
import io.turnmill.job.quarantine.JobAttempt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spark gives a bucket up, and the driver decides whether another job is worth it. */
class BucketRetryTest {
  private static final int MAX_DEATHS = 3;
  private static final int BUCKET = 7;

  @TempDir Path folder;

  private final AtomicInteger jobs = new AtomicInteger();
  private int awaited;
  private final List<Long> found = new ArrayList<>();
  private BucketRetry rounds;

  @BeforeEach
  void open() {
    Configuration conf = new Configuration(false);
    InFlightStore flights =
        new InFlightStore(
            folder.toUri().toString(), new HadoopConf(conf), JobAttempt.first(), MAX_DEATHS);
    rounds = new BucketRetry(flights, () -> awaited++);
  }

  /** A job of one attempt, which dies with these sessions in flight. */
  private void dies(InFlightStore flights, Long... sessions) {
    try {
      flights.log(BUCKET, jobs.get(), false).note(List.of(sessions));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new IllegalStateException("job " + jobs.get() + " was given up");
  }

  @Test
  void thereIsAnotherJobAsLongAsDeathsLeadToACause() throws IOException {
    rounds.run(
        flights -> {
          switch (jobs.incrementAndGet()) {
            case 1 -> dies(flights, 1L, 2L, 3L, 4L);
            case 2 -> dies(flights, 3L, 4L);
            case 3 -> dies(flights, 4L);
            default -> {}
          }
        },
        found::add);
    assertThat(jobs).hasValue(4);
    assertThat(found).containsExactly(0L, 0L, 1L);
    assertThat(awaited).as("no task of a job is left when its notes are read").isEqualTo(3);
  }

  @Test
  void deathsThatAccuseOthersEachTimeEndIt() {
    assertThatThrownBy(
            () -> rounds.run(flights -> dies(flights, (long) jobs.incrementAndGet()), found::add))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("job 2 was given up");
  }

  @Test
  void deathsWithoutAnythingOfItInFlightAreBorneSomeTimes() throws IOException {
    IllegalStateException lost =
        new IllegalStateException(
            "Lost task 0.3 in stage 10.0: ExecutorLostFailure (executor 3 exited)");
    rounds.run(
        flights -> {
          if (jobs.incrementAndGet() < MAX_DEATHS) {
            throw lost;
          }
        },
        found::add);
    assertThat(jobs).hasValue(MAX_DEATHS);
    assertThat(found).isEmpty();

    jobs.set(0);
    assertThatThrownBy(
            () ->
                rounds.run(
                    flights -> {
                      jobs.incrementAndGet();
                      throw lost;
                    },
                    found::add))
        .isSameAs(lost);
    assertThat(jobs).hasValue(MAX_DEATHS);
  }

  @Test
  void aJobThatEndsInOrderIsNotTriedAgain() {
    assertThatThrownBy(
            () ->
                rounds.run(
                    flights -> {
                      throw new IllegalStateException("the model is broken");
                    },
                    found::add))
        .hasMessage("the model is broken");
    assertThat(found).isEmpty();
  }

  @Test
  void tooManyCausesEndItByTheLimitOnFailures() throws IOException {
    rounds.run(
        flights -> {
          jobs.incrementAndGet();
          dies(flights, 5L);
        },
        causes -> causes == 0);
    assertThat(jobs).hasValue(MAX_DEATHS);
  }

  @Test
  void aRunThatIsBeingEndedDoesNotBeginAnotherJob() {
    assertThatThrownBy(
            () ->
                rounds.run(
                    flights -> {
                      jobs.incrementAndGet();
                      try {
                        dies(flights, 5L);
                      } finally {
                        Thread.currentThread().interrupt();
                      }
                    },
                    found::add))
        .hasMessage("job 1 was given up");
    assertThat(Thread.interrupted()).isTrue();
  }
}

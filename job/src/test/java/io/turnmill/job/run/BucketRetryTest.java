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
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spark gives a job up, and the driver decides whether another one is worth it. */
class BucketRetryTest {
  private static final int MAX_DEATHS = 3;
  private static final int BUCKET = 7;

  @TempDir Path folder;

  private final AtomicInteger jobs = new AtomicInteger();
  private final List<Long> causes = new ArrayList<>();
  private BucketRetry retry;

  @BeforeEach
  void open() {
    Configuration conf = new Configuration(false);
    InFlightStore inFlight =
        new InFlightStore(
            folder.toUri().toString(), new HadoopConf(conf), JobAttempt.first(), MAX_DEATHS);
    retry = new BucketRetry(inFlight);
  }

  /** Runs jobs until one ends in order, or until another one is not worth it. */
  private void run(Consumer<InFlightStore> job) throws IOException {
    while (true) {
      try {
        job.accept(retry.inFlight());
        return;
      } catch (IllegalStateException failure) {
        if (!retry.isWorthIt(failure)) {
          throw failure;
        }
        causes.add(retry.causes());
      }
    }
  }

  /** A job of one attempt, which dies with these sessions in flight. */
  private void dies(InFlightStore inFlight, Long... sessions) {
    try {
      inFlight.log(BUCKET, jobs.get(), false).note(List.of(sessions));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new IllegalStateException("job " + jobs.get() + " was given up");
  }

  @Test
  void thereIsAnotherJobAsLongAsDeathsLeadToACause() throws IOException {
    run(
        inFlight -> {
          switch (jobs.incrementAndGet()) {
            case 1 -> dies(inFlight, 1L, 2L, 3L, 4L);
            case 2 -> dies(inFlight, 3L, 4L);
            case 3 -> dies(inFlight, 4L);
            default -> {}
          }
        });
    assertThat(jobs).hasValue(4);
    assertThat(causes).containsExactly(0L, 0L, 1L);
  }

  @Test
  void deathsThatAccuseOthersEachTimeEndIt() {
    assertThatThrownBy(() -> run(inFlight -> dies(inFlight, (long) jobs.incrementAndGet())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("job 2 was given up");
  }

  @Test
  void deathsWithoutAnythingInFlightAreBorneSomeTimes() throws IOException {
    IllegalStateException lost =
        new IllegalStateException(
            "Lost task 0.3 in stage 10.0: ExecutorLostFailure (executor 3 exited)");
    run(
        inFlight -> {
          if (jobs.incrementAndGet() < MAX_DEATHS) {
            throw lost;
          }
        });
    assertThat(jobs).hasValue(MAX_DEATHS);
    assertThat(causes).containsOnly(0L);

    open();
    jobs.set(0);
    assertThatThrownBy(
            () ->
                run(
                    inFlight -> {
                      jobs.incrementAndGet();
                      throw lost;
                    }))
        .isSameAs(lost);
    assertThat(jobs).hasValue(MAX_DEATHS);
  }

  @Test
  void aJobThatFailsForAnotherReasonIsNotTriedAgain() {
    assertThatThrownBy(
            () ->
                run(
                    inFlight -> {
                      throw new IllegalStateException("the model is broken");
                    }))
        .hasMessage("the model is broken");
    assertThat(causes).isEmpty();
  }

  @Test
  void aCauseThatIsFoundAgainIsNotNewsAndEndsIt() {
    assertThatThrownBy(
            () ->
                run(
                    inFlight -> {
                      jobs.incrementAndGet();
                      dies(inFlight, 5L);
                    }))
        .hasMessage("job 4 was given up");
    assertThat(causes).containsExactly(0L, 0L, 1L);
  }

  @Test
  void aRunThatIsBeingEndedDoesNotBeginAnotherJob() {
    assertThatThrownBy(
            () ->
                run(
                    inFlight -> {
                      jobs.incrementAndGet();
                      try {
                        dies(inFlight, 5L);
                      } finally {
                        Thread.currentThread().interrupt();
                      }
                    }))
        .hasMessage("job 1 was given up");
    assertThat(Thread.interrupted()).isTrue();
  }
}

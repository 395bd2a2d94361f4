package io.turnmill.job.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private long nanos;

  @Test
  void theLineSaysHowFarHowFastAndHowLong() {
    assertThat(Progress.line("sessions", new ProgressCounts(1234, 10_000, 0), 20, 5432.1))
        .isEqualTo("sessions 1,234 of 10,000 (12.3 %) · 5,432 tokens/s · 7 min 19 s left");
  }

  @Test
  void whatIsNotKnownIsLeftOut() {
    assertThat(Progress.line("sessions", new ProgressCounts(0, 0, 0), Double.NaN, Double.NaN))
        .isEqualTo("sessions 0");
    assertThat(Progress.line("sessions", new ProgressCounts(0, 10, 0), 0, 0))
        .isEqualTo("sessions 0 of 10 (0.0 %)");
    assertThat(Progress.line("sessions", new ProgressCounts(10, 10, 0), 2, 8))
        .isEqualTo("sessions 10 of 10 (100.0 %) · 8.0 tokens/s");
  }

  @Test
  void aTerminalKeepsOneLineThatIsCutToItsWidth() {
    Progress progress = progress(true, Progress.Mode.AUTO, 30);
    progress.update(new ProgressCounts(0, 100, 0));
    at(2, progress, new ProgressCounts(10, 100, 500));
    progress.finish();

    assertThat(written())
        .isEqualTo(
            "\r\u001B[Ksessions 0 of 100 (0.0 %)"
                + "\r\u001B[Ksessions 10 of 100 (10.0 %) …"
                + "\r\u001B[K");
  }

  @Test
  void elsewhereThereIsAPlainLineEveryTenSeconds() {
    Progress progress = progress(false, Progress.Mode.AUTO, 80);
    for (int second = 0; second <= 25; second++) {
      at(second, progress, new ProgressCounts(second, 100, 10L * second));
    }
    progress.finish();

    assertThat(written().lines())
        .containsExactly(
            "sessions 10 of 100 (10.0 %) · 10 tokens/s · 1 min 30 s left",
            "sessions 20 of 100 (20.0 %) · 10 tokens/s · 1 min 20 s left");
  }

  @Test
  void ratesAreThoseOfTheLastMinute() {
    Progress progress = progress(false, Progress.Mode.PLAIN, 80);
    at(0, progress, new ProgressCounts(0, 1000, 0));
    at(100, progress, new ProgressCounts(10, 1000, 10));
    at(130, progress, new ProgressCounts(310, 1000, 3010));

    assertThat(written().lines())
        .last()
        .isEqualTo("sessions 310 of 1,000 (31.0 %) · 100 tokens/s · 1 min 09 s left");
  }

  @Test
  void noneMeansNothingAtAll() {
    Progress progress = progress(true, Progress.Mode.NONE, 80);
    at(60, progress, new ProgressCounts(1, 2, 3));
    progress.finish();

    assertThat(written()).isEmpty();
  }

  @Test
  void theTickerStopsQuietlyWhenItsSourceFails() throws InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    Progress progress = progress(true, Progress.Mode.AUTO, 80);
    try (ProgressTicker unused =
        ProgressTicker.start(
            progress,
            () -> {
              asked.countDown();
              throw new IllegalStateException("no counts");
            })) {
      assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(written()).isEqualTo("\r\u001B[K");
  }

  private void at(long second, Progress progress, ProgressCounts counts) {
    nanos = Duration.ofSeconds(second).toNanos();
    progress.update(counts);
  }

  private Progress progress(boolean interactive, Progress.Mode mode, int columns) {
    PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    return new Progress(
        new Terminal(stream, stream, interactive, interactive, columns), mode, () -> nanos);
  }

  private String written() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}

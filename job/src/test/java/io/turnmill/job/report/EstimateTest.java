package io.turnmill.job.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class EstimateTest {
  @Test
  void promptsAndRepliesHaveRatesOfTheirOwn() {
    // 36,000 / 10 + 72,000 / 20 seconds are two hours.
    assertThat(new Estimate(10, 20, 1).time(36_000, 72_000)).isEqualTo(Duration.ofHours(2));
    assertThat(new Estimate(10, 20, 8).time(36_000, 72_000)).isEqualTo(Duration.ofMinutes(15));
  }

  @Test
  void aBucketTakesAQuarterOfAnHour() {
    assertThat(new Estimate(10, 20, 1).buckets(36_000, 72_000)).isEqualTo(8);
    assertThat(new Estimate(10, 20, 8).buckets(36_000, 72_000)).isEqualTo(16);
    assertThat(new Estimate(0.001, 0.001, 1).buckets(1_000_000_000_000L, 0)).isEqualTo(1_000_000);
    assertThat(new Estimate(1, 1, 1).buckets(0, 0)).isEqualTo(2);
  }

  @Test
  void peopleReadBothTimes() {
    assertThat(new Estimate(10, 20, 8).lines(36_000, 72_000).toString())
        .contains("of one executor, about 2 h 00 min")
        .contains("of 8 executors, about 15 min 00 s")
        .contains("output.buckets, 16 would be right");
  }

  @Test
  void aRateOfNothingIsRefused() {
    assertThatThrownBy(() -> new Estimate(0, 1, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Estimate(1, Double.NaN, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

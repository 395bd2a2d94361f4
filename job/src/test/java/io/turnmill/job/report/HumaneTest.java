package io.turnmill.job.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HumaneTest {

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0.0 s",
    "PT0.42S, 0.4 s",
    "PT9.9S, 9.9 s",
    "PT41.7S, 41 s",
    "PT3M5S, 3 min 05 s",
    "PT2H5M59S, 2 h 05 min",
    "P3DT4H, 3 d 04 h",
  })
  void timesAreShownInTheirTwoLargestUnits(Duration time, String shown) {
    assertThat(Humane.time(time)).isEqualTo(shown);
  }

  @Test
  void largeNumbersAreGrouped() {
    assertThat(Humane.count(1234567)).isEqualTo("1,234,567");
    assertThat(Humane.count(1, "row", "rows")).isEqualTo("1 row");
    assertThat(Humane.count(0, "row", "rows")).isEqualTo("0 rows");
  }

  @Test
  void aShareIsNeverRoundedToAllOrNothing() {
    assertThat(Humane.share(999_999, 1_000_000)).isEqualTo("99.9 %");
    assertThat(Humane.share(1, 1_000_000)).isEqualTo("< 0.1 %");
    assertThat(Humane.share(0, 10)).isEqualTo("0.0 %");
    assertThat(Humane.share(10, 10)).isEqualTo("100.0 %");
    assertThat(Humane.share(0, 0)).isEqualTo("–");
  }

  @Test
  void ratesHaveADecimalWhereItMatters() {
    assertThat(Humane.rate(0.25)).isEqualTo("0.3");
    assertThat(Humane.rate(9.97)).isEqualTo("10");
    assertThat(Humane.rate(12345.6)).isEqualTo("12,346");
    assertThat(Humane.rate(Humane.perSecond(3, Duration.ZERO))).isEqualTo("–");
  }
}

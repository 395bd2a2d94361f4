package io.turnmill.job.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HumanFormatTest {

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
    assertThat(HumanFormat.time(time)).isEqualTo(shown);
  }

  @Test
  void largeNumbersAreGrouped() {
    assertThat(HumanFormat.count(1234567)).isEqualTo("1,234,567");
    assertThat(HumanFormat.count(1, "row", "rows")).isEqualTo("1 row");
    assertThat(HumanFormat.count(0, "row", "rows")).isEqualTo("0 rows");
  }

  @Test
  void aShareIsNeverRoundedToAllOrNothing() {
    assertThat(HumanFormat.share(999_999, 1_000_000)).isEqualTo("99.9 %");
    assertThat(HumanFormat.share(1, 1_000_000)).isEqualTo("< 0.1 %");
    assertThat(HumanFormat.share(0, 10)).isEqualTo("0.0 %");
    assertThat(HumanFormat.share(10, 10)).isEqualTo("100.0 %");
    assertThat(HumanFormat.share(0, 0)).isEqualTo("–");
  }

  @Test
  void ratesHaveADecimalWhereItMatters() {
    assertThat(HumanFormat.rate(0.25)).isEqualTo("0.3");
    assertThat(HumanFormat.rate(9.97)).isEqualTo("10");
    assertThat(HumanFormat.rate(12345.6)).isEqualTo("12,346");
    assertThat(HumanFormat.rate(HumanFormat.perSecond(3, Duration.ZERO))).isEqualTo("–");
  }
}

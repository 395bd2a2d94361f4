package io.turnmill.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampsTest {
  @ParameterizedTest
  @CsvSource({
    "2024-05-01T12:00:00Z,             2024-05-01T12:00:00Z",
    "2024-05-01T12:00:00,              2024-05-01T12:00:00Z",
    "2024-05-01 12:00:00,              2024-05-01T12:00:00Z",
    "2024-05-01t12:00z,                2024-05-01T12:00:00Z",
    "2024-05-01T12:00:00.123456789Z,   2024-05-01T12:00:00.123456Z",
    "2024-05-01T12:00:00+08:00,        2024-05-01T04:00:00Z",
    "2024-05-01 12:00:00+0800,         2024-05-01T04:00:00Z",
    "2024-05-01 12:00:00-02,           2024-05-01T14:00:00Z",
    "2024-05-01,                       2024-05-01T00:00:00Z",
    "1714564800,                       2024-05-01T12:00:00Z",
    "1714564800.5,                     2024-05-01T12:00:00.500Z",
    "1714564800123,                    2024-05-01T12:00:00.123Z",
    "-1,                               1969-12-31T23:59:59Z",
  })
  void textIsUnderstood(String text, String expected) {
    assertThat(Timestamps.parse(text)).contains(Instant.parse(expected));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yesterday", "12:00", "2024-13-01", "2024-02-30T00:00:00Z", "1e12"})
  void otherTextIsNot(String text) {
    assertThat(Timestamps.parse(text)).isEmpty();
  }

  @Test
  void numbersOfAnyKindAreUnderstood() {
    Instant noon = Instant.parse("2024-05-01T12:00:00Z");
    assertThat(Timestamps.parse(1714564800)).contains(noon);
    assertThat(Timestamps.parse(1714564800L)).contains(noon);
    assertThat(Timestamps.parse(1.7145648E9)).contains(noon);
    assertThat(Timestamps.parse(1.7145648E12)).contains(noon);
    assertThat(Timestamps.parse(new BigDecimal("1714564800"))).contains(noon);
    assertThat(Timestamps.parse(new BigDecimal("1.7145648E9"))).contains(noon);
    assertThat(Timestamps.parse(noon)).contains(noon);
    assertThat(Timestamps.parse(true)).isEmpty();
    assertThat(Timestamps.parse(Double.NaN)).isEmpty();
    assertThat(Timestamps.parse(new BigDecimal("1e999999999"))).isEmpty();
  }

  @Property
  void isoTextOfAnyInstantComesBack(
      @ForAll @LongRange(min = -60_000_000_000L, max = 250_000_000_000L) long seconds) {
    Instant instant = Instant.ofEpochSecond(seconds, 123_456_000);
    assertThat(Timestamps.parse(instant.toString())).contains(instant);
  }
}

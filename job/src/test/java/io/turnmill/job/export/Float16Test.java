package io.turnmill.job.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Float16Test {
  /** As numpy.float16 has them. */
  @ParameterizedTest
  @CsvSource({
    "0, 0000",
    "1, 3c00",
    "-2, c000",
    "0.33333334, 3555",
    "65504, 7bff",
    "100000, 7bff",
    "0.00006103515625, 0400",
    "0.000060975552, 03ff",
    "0.000000059604645, 0001",
    "2049, 6800",
    "2051, 6802",
    "4095.9, 6c00"
  })
  void bitsAreThoseOfTheNearestNumber(float value, String bits) {
    assertThat(String.format(Locale.ROOT, "%04x", Float16.bits(value) & 0xffff)).isEqualTo(bits);
  }
}

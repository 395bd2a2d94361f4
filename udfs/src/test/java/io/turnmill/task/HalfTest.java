package io.turnmill.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HalfTest {
  /** As numpy.float16 has them, but for what is beyond the greatest number. */
  @ParameterizedTest
  @CsvSource({
    "0, 0000, 0",
    "1, 3c00, 1",
    "-2, c000, -2",
    "0.33333334, 3555, 0.33325195",
    "65504, 7bff, 65504",
    "100000, 7bff, 65504",
    "-1000000, fbff, -65504",
    "0.00006103515625, 0400, 0.00006103515625",
    "0.000060975552, 03ff, 0.00006097555",
    "0.000000059604645, 0001, 0.000000059604645",
    "0.00000002, 0000, 0",
    "2049, 6800, 2048",
    "2051, 6802, 2052",
    "4095.9, 6c00, 4096"
  })
  void bitsAndNumberAreThoseOfTheNearestNumber(float value, String bits, float rounded) {
    assertThat(String.format(Locale.ROOT, "%04x", Half.bits(value) & 0xffff)).isEqualTo(bits);
    assertThat(Half.round(value)).isEqualTo(rounded);
  }

  @Test
  void whatIsNoNumberStaysSo() {
    assertThat(Half.round(Float.NaN)).isNaN();
    assertThat(Half.bits(Float.NaN)).isEqualTo((short) 0x7e00);
  }
}

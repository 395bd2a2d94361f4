package io.turnmill.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.turnmill.task.TaskOptions.VectorType;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class StoredVectorTest {

  @Test
  void wholeBytesTimesTheScaleAreNearTheNumbers() {
    StoredVector stored = StoredVector.of(new float[] {0.5f, -1.27f, 0, 0.016f}, VectorType.INT8);
    assertThat(stored.scale()).isCloseTo(0.01f, within(1e-8f));
    assertThat(stored.number(0)).isEqualTo(50);
    assertThat(stored.number(1)).isEqualTo(-127);
    assertThat(stored.number(2)).isZero();
    assertThat(stored.number(3)).isEqualTo(2);
  }

  @Property
  void noByteIsFurtherFromItsNumberThanHalfAStep(
      @ForAll @Size(min = 1, max = 20) float[] any,
      @ForAll @FloatRange(min = 0.01f, max = 1000) float size) {
    float[] values = new float[any.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = size * (float) Math.sin(any[i]);
    }
    StoredVector stored = StoredVector.of(values, VectorType.INT8);
    for (int i = 0; i < values.length; i++) {
      assertThat(stored.number(i)).isBetween(-127f, 127f);
      assertThat(stored.number(i) * stored.scale())
          .isCloseTo(values[i], within(0.501f * stored.scale()));
    }
  }

  @Test
  void numbersOfHalfPrecisionAreTheNearestOnes() {
    // IEEE 754: 11 bits, the least step 2^-24, the greatest number 65504, ties to even.
    assertThat(Half.round(1f / 3)).isEqualTo(1365 / 4096f);
    assertThat(Half.round(2049)).isEqualTo(2048);
    assertThat(Half.round(2051)).isEqualTo(2052);
    assertThat(Half.round(-0.1f)).isEqualTo(-1638 / 16384f);
    assertThat(Half.round((float) Math.scalb(1.0, -24))).isEqualTo((float) Math.scalb(1.0, -24));
    assertThat(Half.round((float) Math.scalb(0.9, -25))).isZero();
    assertThat(Half.round(1e6f)).isEqualTo(65504);
    assertThat(StoredVector.of(new float[] {2049}, VectorType.FLOAT16).number(0)).isEqualTo(2048);
  }

  @Test
  void aVectorOfZerosStaysOne() {
    StoredVector stored = StoredVector.of(new float[3], VectorType.INT8);
    assertThat(stored.number(1) * stored.scale()).isZero();
  }
}

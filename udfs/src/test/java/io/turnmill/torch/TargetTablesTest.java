package io.turnmill.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.LongBuffer;
import org.junit.jupiter.api.Test;

class TargetTablesTest {

  @Test
  void aTokenAfterWhichSeveralIdsAreAskedForIsListedOnce() {
    TargetTables tables = TargetTables.of(LongBuffer.wrap(new long[] {2, 2, 4, 7, 7}), 2);

    assertThat(tables.places()).containsExactly(2, 4, 7);
    assertThat(tables.within()).containsExactly(0, 0, 1, 0, 0);
    assertThat(tables.counts()).containsExactly(3, 2);
  }

  @Test
  void aBlockThatIsJustFullIsFollowedByNone() {
    TargetTables tables = TargetTables.of(LongBuffer.wrap(new long[] {0, 1, 5, 8}), 2);

    assertThat(tables.within()).containsExactly(0, 1, 0, 1);
    assertThat(tables.counts()).containsExactly(2, 2);
  }

  @Test
  void manyIdsAfterOneTokenAreOneBlock() {
    TargetTables tables = TargetTables.of(LongBuffer.wrap(new long[200]), 64);

    assertThat(tables.places()).containsExactly(0);
    assertThat(tables.counts()).containsExactly(200);
  }
}

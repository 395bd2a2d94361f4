package io.turnmill.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.engine.TokenBatch;
import io.turnmill.engine.TokenBatch.Row;
import io.turnmill.token.TokenIds;
import io.turnmill.torch.source.AttentionKernel;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;

class AttentionPlanTest {

  @Test
  void decodesOfSimilarLengthArePaddedToTheLongestAndPrefillsGoAlone() {
    // Sequences of 10, 12 and 20 tokens are within a quarter and 16 tokens; 100 is not.
    List<Row> rows = List.of(decode(0, 9), decode(1, 11), decode(2, 19), decode(3, 99), prefill(4));
    try (BufferAllocator allocator = new RootAllocator();
        TokenBatch batch = TokenBatch.pack(rows, allocator)) {
      assertThat(AttentionPlan.of(batch, AttentionKernel.BY_LENGTH).decodes())
          .containsExactly(3, -1, 20, 1, 3, 100);
      assertThat(AttentionPlan.of(batch, AttentionKernel.BY_LENGTH).prefills())
          .containsExactly(4, 50, 3);
      assertThat(batch.attended()).isEqualTo(10 + 12 + 20 + 100 + 53);
      assertThat(AttentionPlan.of(batch, AttentionKernel.BY_LENGTH).attended())
          .isEqualTo(3 * 20 + 100 + 53);
      AttentionPlan flash = AttentionPlan.of(batch, AttentionKernel.FLASH);
      assertThat(flash.decodes()).containsExactly(4, -1, 100);
      assertThat(flash.prefills()).containsExactly(4, 50, 3);
      assertThat(flash.attended()).as("without padding").isEqualTo(batch.attended());
    }
  }

  private static Row decode(int slot, int start) {
    return new Row(slot, start, TokenIds.of(7), Optional.empty());
  }

  private static Row prefill(int slot) {
    return new Row(slot, 50, TokenIds.of(1, 2, 3), Optional.empty());
  }
}

package io.turnmill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.engine.TokenBatch.Row;
import io.turnmill.engine.TokenBatch.Target;
import io.turnmill.inference.TextRow;
import io.turnmill.token.TokenIds;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a model reads from the buffers: the two pictures of {@link TokenBatch}. */
class TokenBatchTest {
  private static final List<Row> ROWS =
      List.of(
          new Row(0, 17, TokenIds.of(11), Optional.of(Draw.GREEDY)),
          new Row(3, 0, TokenIds.of(12, 13, 14, 15), 9, Optional.empty()),
          new Row(7, 64, TokenIds.of(16, 17, 18), Optional.of(Draw.GREEDY)));

  private static final List<TextRow> TEXTS =
      List.of(
          new TextRow(TokenIds.of(21), TokenIds.of(0), 0),
          new TextRow(TokenIds.of(22, 23), TokenIds.of(0, 0), 0),
          new TextRow(TokenIds.of(24, 25, 26), TokenIds.of(0, 0, 1), 2));

  private final BufferAllocator allocator = new RootAllocator();

  /** Throws when a batch has not given back its memory. */
  @AfterEach
  void closeAllocator() {
    allocator.close();
  }

  @Test
  void targetsComeAfterTokensOfTheWholeBatch() {
    List<Row> rows =
        List.of(
            row(0, TokenIds.of(11), new Target(0, 31), new Target(0, 32)),
            ROWS.get(1),
            row(7, TokenIds.of(16, 17, 18), new Target(1, 33), new Target(2, 34)));
    try (TokenBatch batch = TokenBatch.pack(rows, allocator)) {
      assertThat(batch.hasTargets()).isTrue();
      assertThat(longs(batch.targetTokens())).containsExactly(0, 0, 6, 7);
      assertThat(longs(batch.targetIds())).containsExactly(31, 32, 33, 34);
    }
    try (TokenBatch batch = TokenBatch.pack(ROWS, allocator)) {
      assertThat(batch.hasTargets()).isFalse();
      assertThatThrownBy(batch::targetIds).hasMessageContaining("the rows have no targets");
    }
  }

  private static Row row(int slot, TokenIds ids, Target... targets) {
    return new Row(slot, 0, ids, ids.size(), Optional.empty(), List.of(targets));
  }

  @Test
  void whatDoesNotFitTheAllocatorTakesNothingFromIt() {
    int faults = 0;
    for (long limit = 64; limit <= 8192; limit += 64) {
      // Closing it throws when anything is still taken.
      try (BufferAllocator small = new RootAllocator(limit)) {
        faults += fault(() -> TokenBatch.pack(ROWS, small)) ? 1 : 0;
        faults += fault(() -> TokenBatch.packTexts(TEXTS, small)) ? 1 : 0;
      }
    }
    assertThat(faults).isBetween(4, 200);
  }

  private static boolean fault(Supplier<TokenBatch> packed) {
    try {
      packed.get().close();
      return false;
    } catch (OutOfMemoryException e) {
      return true;
    }
  }

  @Test
  void rowsOfSequencesLieEndToEnd() {
    try (TokenBatch batch = TokenBatch.pack(ROWS, allocator)) {
      assertThat(longs(batch.ids())).containsExactly(11, 12, 13, 14, 15, 16, 17, 18);
      assertThat(ints(batch.offsets())).containsExactly(0, 1, 5, 8);
      assertThat(longs(batch.slots())).containsExactly(0, 3, 7);
      assertThat(longs(batch.starts())).containsExactly(17, 0, 64);
      assertThat(longs(batch.lengths())).containsExactly(18, 9, 67);
      assertThat(batch.rows()).isEqualTo(ROWS);
    }
  }

  @Test
  void sequencesAreCountedByTheirEndAfterThePass() {
    try (TokenBatch batch = TokenBatch.pack(ROWS, allocator)) {
      assertThat(batch.tokens()).isEqualTo(8);
      assertThat(batch.decodeRows()).isEqualTo(1);
      assertThat(batch.longest()).isEqualTo(67);
      assertThat(batch.attended()).isEqualTo(18 + 4 + 67);
    }
  }

  @Test
  void theLongestSequenceMayBeADecode() {
    Row decode = new Row(1, 99, TokenIds.of(5), Optional.of(Draw.GREEDY));
    Row prefill = new Row(0, 0, TokenIds.of(6, 7), Optional.of(Draw.GREEDY));
    try (TokenBatch batch = TokenBatch.pack(List.of(decode, prefill), allocator)) {
      assertThat(batch.longest()).isEqualTo(100);
    }
  }

  @Test
  void eachTextIsARowFromItsBeginningInASlotOfItsOwn() {
    try (TokenBatch batch = TokenBatch.packTexts(TEXTS, allocator)) {
      assertThat(longs(batch.ids())).containsExactly(21, 22, 23, 24, 25, 26);
      assertThat(ints(batch.offsets())).containsExactly(0, 1, 3, 6);
      assertThat(longs(batch.slots())).containsExactly(0, 1, 2);
      assertThat(longs(batch.starts())).containsExactly(0, 0, 0);
      assertThat(longs(batch.lengths())).containsExactly(1, 2, 3);
      assertThat(batch.rows()).extracting(Row::ids).containsExactlyElementsOf(ids(TEXTS));
      assertThat(batch.rows()).allMatch(row -> row.draw().isEmpty());
    }
  }

  @Test
  void textsHaveTypesLikeTheirIdsAndTheSizeOfTheirPrompt() {
    try (TokenBatch batch = TokenBatch.packTexts(TEXTS, allocator)) {
      assertThat(longs(batch.types())).containsExactly(0, 0, 0, 0, 0, 1);
      assertThat(longs(batch.skipped())).containsExactly(0, 0, 2);
    }
  }

  @Test
  void textsAttendToThemselvesAlone() {
    try (TokenBatch batch = TokenBatch.packTexts(TEXTS, allocator)) {
      assertThat(batch.tokens()).isEqualTo(6);
      assertThat(batch.attended()).isEqualTo(6);
      assertThat(batch.longest()).isEqualTo(3);
    }
  }

  @Test
  void buffersAreDirectSoThatAModelReadsThemInPlace() {
    try (TokenBatch batch = TokenBatch.packTexts(TEXTS, allocator)) {
      assertThat(
              List.of(
                  batch.ids(),
                  batch.offsets(),
                  batch.slots(),
                  batch.starts(),
                  batch.lengths(),
                  batch.types(),
                  batch.skipped()))
          .allMatch(ByteBuffer::isDirect);
    }
  }

  @Test
  void sequencesHaveNoTypesAndSkipNothing() {
    try (TokenBatch batch = TokenBatch.pack(ROWS, allocator)) {
      assertThatThrownBy(batch::types)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the rows are not texts. This is a bug.");
      assertThatThrownBy(batch::skipped)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the rows are not texts. This is a bug.");
    }
  }

  @Test
  void sequencesDoNotPayForWhatTextsHave() {
    List<TextRow> same =
        ROWS.stream()
            .map(row -> new TextRow(row.ids(), TokenIds.of(new int[row.ids().size()]), 0))
            .toList();
    assertThat(memory(TokenBatch.pack(ROWS, allocator)))
        .isLessThan(memory(TokenBatch.packTexts(same, allocator)));
  }

  /** Bytes off the heap; closes the batch. */
  private long memory(TokenBatch batch) {
    try (batch) {
      return allocator.getAllocatedMemory();
    }
  }

  private static List<TokenIds> ids(List<TextRow> texts) {
    return texts.stream().map(TextRow::ids).toList();
  }

  private static long[] longs(ByteBuffer buffer) {
    long[] values = new long[buffer.remaining() / Long.BYTES];
    buffer.order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(values);
    return values;
  }

  private static int[] ints(ByteBuffer buffer) {
    int[] values = new int[buffer.remaining() / Integer.BYTES];
    buffer.order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(values);
    return values;
  }
}

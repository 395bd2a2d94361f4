package io.turnmill.torch;

import io.turnmill.engine.TokenBatch;
import java.util.List;
import java.util.stream.LongStream;

/**
 * How the rows of a batch go through attention, as the decoder's source wants to know it. Decode
 * rows of similar length form a group, which pads the shorter to the longest; every other row goes
 * alone.
 */
final class AttentionPlan {
  private static final int SEVERAL = -1;

  private final long[] decodes;
  private final long[] prefills;

  private AttentionPlan(long[] decodes, long[] prefills) {
    this.decodes = decodes;
    this.prefills = prefills;
  }

  static AttentionPlan of(TokenBatch batch) {
    List<TokenBatch.Row> rows = batch.rows();
    return new AttentionPlan(
        groups(rows.subList(0, batch.decodeRows())),
        alone(rows.subList(batch.decodeRows(), rows.size())));
  }

  /** (rows, slot or -1, longest) of each group. */
  long[] decodes() {
    return decodes.clone();
  }

  /** (slot, start, tokens) of each row behind the groups. */
  long[] prefills() {
    return prefills.clone();
  }

  /** Positions that attention reads, over all rows. */
  long attended() {
    long attended = 0;
    for (int i = 0; i < decodes.length; i += 3) {
      attended += decodes[i] * decodes[i + 2];
    }
    for (int i = 0; i < prefills.length; i += 3) {
      attended += prefills[i + 1] + prefills[i + 2];
    }
    return attended;
  }

  private static long[] groups(List<TokenBatch.Row> rows) {
    int[] lengths = rows.stream().mapToInt(TokenBatch.Row::end).toArray();
    return LengthGroups.of(lengths).stream()
        .flatMapToLong(
            group -> {
              int slot = group.size() == 1 ? rows.get(group.from()).slot() : SEVERAL;
              return LongStream.of(group.size(), slot, group.longest());
            })
        .toArray();
  }

  private static long[] alone(List<TokenBatch.Row> rows) {
    return rows.stream()
        .flatMapToLong(row -> LongStream.of(row.slot(), row.start(), row.ids().size()))
        .toArray();
  }
}

package io.turnmill.torch;

import io.turnmill.engine.TokenBatch;
import io.turnmill.torch.source.AttentionKernel;
import java.util.List;
import java.util.stream.LongStream;

/**
 * How the rows of a batch go through attention, as the decoder's source wants to know it. Decode
 * rows of similar length form a group, which pads the shorter to the longest (unless the kernel
 * takes rows of any length: then all form one); every other row goes alone.
 */
final class AttentionPlan {
  private static final int SEVERAL = -1;

  private final long[] decodes;
  private final long[] prefills;
  private final long attended;

  private AttentionPlan(long[] decodes, long[] prefills, long attended) {
    this.decodes = decodes;
    this.prefills = prefills;
    this.attended = attended;
  }

  static AttentionPlan of(TokenBatch batch, AttentionKernel kernel) {
    List<TokenBatch.Row> decoding = batch.rows().subList(0, batch.decodeRows());
    long[] prefills = alone(batch.rows().subList(batch.decodeRows(), batch.rows().size()));
    return switch (kernel) {
      case BY_LENGTH, BLOCKS -> {
        long[] groups = groups(decoding);
        yield new AttentionPlan(groups, prefills, attended(groups, prefills));
      }
      case FLASH -> new AttentionPlan(together(decoding), prefills, batch.attended());
    };
  }

  /** (rows, slot or -1, longest) of each group. */
  long[] decodes() {
    return decodes.clone();
  }

  /** (slot, start, tokens) of each row after the groups. */
  long[] prefills() {
    return prefills.clone();
  }

  /** Positions that attention reads, over all rows. */
  long attended() {
    return attended;
  }

  private static long attended(long[] decodes, long[] prefills) {
    long attended = 0;
    for (int i = 0; i < decodes.length; i += 3) {
      attended += decodes[i] * decodes[i + 2];
    }
    for (int i = 0; i < prefills.length; i += 3) {
      attended += prefills[i + 1] + prefills[i + 2];
    }
    return attended;
  }

  /** The last is the longest. */
  private static long[] together(List<TokenBatch.Row> rows) {
    return rows.isEmpty()
        ? new long[0]
        : new long[] {rows.size(), SEVERAL, rows.get(rows.size() - 1).end()};
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

  /** (slot, start, tokens) of each row. */
  static long[] alone(List<TokenBatch.Row> rows) {
    return rows.stream()
        .flatMapToLong(row -> LongStream.of(row.slot(), row.start(), row.ids().size()))
        .toArray();
  }
}

package io.turnmill.torch;

import io.turnmill.engine.TokenBatch;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * How the rows of a batch go through attention, as the decoder's source wants to know it. Decode
 * rows of similar length form a group, which pads the shorter to the longest; every other row goes
 * alone.
 */
final class AttentionPlan {
  /** A group's longest row may exceed its shortest by this share and as many tokens. */
  private static final double SLACK = 1.25;

  private static final int SLACK_TOKENS = 16;

  private static final int FIELDS = 3;
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

  private static long[] groups(List<TokenBatch.Row> rows) {
    long[] groups = new long[rows.size() * FIELDS];
    int count = 0;
    for (int from = 0; from < rows.size(); ) {
      int to = from + 1;
      int longest = rows.get(from).end();
      double limit = longest * SLACK + SLACK_TOKENS;
      while (to < rows.size() && rows.get(to).end() <= limit) {
        longest = Math.max(longest, rows.get(to).end());
        to++;
      }
      int size = to - from;
      groups[count++] = size;
      groups[count++] = size == 1 ? rows.get(from).slot() : SEVERAL;
      groups[count++] = longest;
      from = to;
    }
    return Arrays.copyOf(groups, count);
  }

  private static long[] alone(List<TokenBatch.Row> rows) {
    return rows.stream()
        .flatMapToLong(row -> LongStream.of(row.slot(), row.start(), row.ids().size()))
        .toArray();
  }
}

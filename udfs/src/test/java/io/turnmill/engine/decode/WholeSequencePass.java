package io.turnmill.engine.decode;

import io.turnmill.engine.Draw;
import io.turnmill.engine.TokenBatch;
import io.turnmill.engine.TokenBatch.Row;
import io.turnmill.inference.Integrity;
import io.turnmill.inference.TokenLogprob.Alternative;
import io.turnmill.testing.ReferenceSampler;
import io.turnmill.testing.TokenScores;
import io.turnmill.token.TokenIds;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A real model as the naive reference needs it: scores of one sequence computed as a whole, tokens
 * drawn from them by {@link ReferenceSampler}. It keeps nothing and owns nothing.
 */
final class WholeSequencePass implements ForwardPass {
  /** Greatest difference of float32 scores that come from sums in another order. */
  static final float SCORE_TOLERANCE = 1e-4f;

  private final TokenScores scores;

  WholeSequencePass(TokenScores scores) {
    this.scores = scores;
  }

  @Override
  public NextTokens forward(TokenBatch batch) {
    Row row = batch.rows().get(0);
    Integrity.check(batch.rows().size() == 1 && row.start() == 0, "not one whole sequence");
    float[] last = behind(row.ids());
    if (row.draw().isEmpty()) {
      int asked = row.targets().get(0).id();
      float[] found = {(float) ReferenceSampler.logprob(last, asked)};
      return new NextTokens(new int[0], new float[0]).withTargets(found);
    }
    Draw draw = row.draw().orElseThrow();
    int id = ReferenceSampler.draw(last, draw);
    return new NextTokens(
        new int[] {id},
        new float[] {(float) ReferenceSampler.logprob(last, id)},
        List.of(likeliest(last, draw.alternatives())),
        Set.of());
  }

  /**
   * Whether the token after {@code ids} hangs on the order of sums: another one is drawn when one
   * score, whichever, is greater or smaller by {@link #SCORE_TOLERANCE}. For a greedy draw that
   * says that the two best scores are as near as that.
   */
  boolean isCloseCall(TokenIds ids, Draw draw) {
    float[] last = behind(ids);
    int drawn = ReferenceSampler.draw(last, draw);
    for (int id = 0; id < last.length; id++) {
      for (float nudge : new float[] {-SCORE_TOLERANCE, SCORE_TOLERANCE}) {
        float[] nudged = last.clone();
        nudged[id] += nudge;
        if (ReferenceSampler.draw(nudged, draw) != drawn) {
          return true;
        }
      }
    }
    return false;
  }

  /** [vocabulary] behind the last of {@code ids}. */
  private float[] behind(TokenIds ids) {
    return scores.of(List.of(ids)).get(0)[ids.size() - 1];
  }

  private static List<Alternative> likeliest(float[] last, int count) {
    return IntStream.range(0, last.length)
        .boxed()
        .sorted(Comparator.comparing((Integer id) -> -last[id]))
        .limit(count)
        .map(id -> new Alternative(id, (float) ReferenceSampler.logprob(last, id)))
        .toList();
  }

  @Override
  public ModelShape shape() {
    throw new UnsupportedOperationException("the reference asks for no shape");
  }

  @Override
  public void allocate(int slots, int slotTokens) {
    Integrity.check(slots == 1, "not a batch of one");
  }

  @Override
  public void copy(int fromSlot, int toSlot, int tokens) {
    throw new UnsupportedOperationException("the reference keeps nothing to be copied");
  }

  /** The scores belong to whoever loaded them. */
  @Override
  public void close() {}
}

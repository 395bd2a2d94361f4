package io.turnmill.task.merge;

import io.turnmill.task.Answers;
import io.turnmill.task.ChunkedItem;
import io.turnmill.task.Embedding;
import io.turnmill.task.StoredVector;
import io.turnmill.task.TaskKind;
import io.turnmill.task.TaskOptions.Embed;
import java.util.List;

/**
 * The vector of a long text: the mean of the vectors of its chunks as they are stored, each with
 * the weight that {@link ChunkWeight} gives it.
 */
public final class EmbedMerge {
  private EmbedMerge() {}

  /**
   * The task that merges.
   *
   * @param modelNormalizes whether the vectors that the model gives have length 1
   */
  public static MergeTask<Embedding, MergedEmbedding> task(Embed options, boolean modelNormalizes) {
    boolean unitLength = options.unitLength(modelNormalizes);
    return new MergeTask<>(TaskKind.EMBED, item -> merged(item, options, unitLength));
  }

  private static MergedEmbedding merged(
      ChunkedItem<Answers<Embedding>> item, Embed options, boolean unitLength) {
    List<OfChunk<Embedding>> chunks = OfChunk.all(item);
    double[] sums = new double[chunks.get(0).answer().vector().size()];
    double weights = 0;
    long tokens = 0;
    long cut = 0;
    for (OfChunk<Embedding> of : chunks) {
      StoredVector vector = of.answer().vector();
      if (vector.size() != sums.length) {
        throw new IllegalStateException("Chunks have vectors of two sizes. This is a bug.");
      }
      weights += of.weight();
      for (int i = 0; i < sums.length; i++) {
        sums[i] += of.weight() * vector.value(i);
      }
      tokens += of.answer().tokens();
      cut += of.answer().cutTokens();
    }
    float[] mean = new float[sums.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) (sums[i] / weights);
    }
    if (unitLength) {
      StoredVector.normalize(mean);
    }
    return new MergedEmbedding(StoredVector.of(mean, options.type()), tokens, cut, chunks.size());
  }
}

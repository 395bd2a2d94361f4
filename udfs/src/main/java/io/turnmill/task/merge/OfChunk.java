package io.turnmill.task.merge;

import io.turnmill.chunk.Chunk;
import io.turnmill.task.Answers;
import io.turnmill.task.ChunkAnswer;
import io.turnmill.task.ChunkedItem;
import io.turnmill.task.TaskResult;
import java.util.ArrayList;
import java.util.List;

/**
 * The only answer about one chunk.
 *
 * @param weight how much it counts in a mean, above 0
 */
record OfChunk<A>(Chunk chunk, A answer, double weight) {

  /** Those of the chunks that have one, in order; at least one. */
  static <A> List<OfChunk<A>> all(ChunkedItem<Answers<A>> item) {
    List<OfChunk<A>> all = new ArrayList<>();
    double sum = 0;
    for (ChunkAnswer<Answers<A>> chunk : item.chunks()) {
      if (chunk.result() instanceof TaskResult.Ok<Answers<A>> ok) {
        if (ok.value().answers().size() != 1) {
          throw new IllegalStateException(
              "A chunk has " + ok.value().answers().size() + " answers. This is a bug.");
        }
        double weight = ChunkWeight.of(chunk.chunk());
        sum += weight;
        all.add(new OfChunk<>(chunk.chunk(), ok.value().answers().get(0), weight));
      }
    }
    // Only if all that is new stands in chunks that failed: then all count alike.
    return sum > 0
        ? all
        : all.stream().map(of -> new OfChunk<>(of.chunk(), of.answer(), 1)).toList();
  }
}

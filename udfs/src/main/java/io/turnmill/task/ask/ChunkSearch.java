package io.turnmill.task.ask;

import io.turnmill.inference.Outcome.Vector;
import io.turnmill.task.ChunkAnswer;
import io.turnmill.task.ChunkedItem;
import io.turnmill.task.TaskOptions.Retrieval;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** Finds the chunks of one item that fit a question. */
final class ChunkSearch {
  private final ChunkedItem<?> item;
  private final Retrieval retrieval;

  /** Made for the first question. */
  private Optional<WordIndex> words = Optional.empty();

  ChunkSearch(ChunkedItem<?> item, Retrieval retrieval) {
    this.item = item;
    this.retrieval = retrieval;
  }

  /**
   * The chunks that fit best, the best first; none if no chunk can be compared.
   *
   * @param vector that of the question, where an encoder is asked
   */
  List<RankedChunk> best(String question, Optional<Vector> vector, int most) {
    return switch (retrieval) {
      case ENCODER ->
          RankedChunk.best(ChunkVectors.of(item).compared(vector.orElseThrow().values()), most);
      case WORDS -> RankedChunk.best(words().compared(question), most);
      case FIRST ->
          IntStream.range(0, Math.min(most, item.chunks().size()))
              .mapToObj(place -> new RankedChunk(place, OptionalDouble.empty()))
              .toList();
    };
  }

  private WordIndex words() {
    if (words.isEmpty()) {
      words = Optional.of(new WordIndex(item.chunks().stream().map(ChunkAnswer::text).toList()));
    }
    return words.get();
  }
}

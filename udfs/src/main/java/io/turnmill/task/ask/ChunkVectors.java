package io.turnmill.task.ask;

import io.turnmill.task.Answers;
import io.turnmill.task.ChunkAnswer;
import io.turnmill.task.ChunkedItem;
import io.turnmill.task.Embedding;
import io.turnmill.task.StoredVector;
import io.turnmill.task.TaskResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The vectors of an item's chunks, compared with that of a question. */
final class ChunkVectors {
  private final List<Optional<StoredVector>> vectors;

  private ChunkVectors(List<Optional<StoredVector>> vectors) {
    this.vectors = vectors;
  }

  static ChunkVectors of(ChunkedItem<?> item) {
    return new ChunkVectors(item.chunks().stream().map(ChunkVectors::vector).toList());
  }

  /** The vector of a chunk; empty if it has none, because the encoder failed. */
  private static Optional<StoredVector> vector(ChunkAnswer<?> chunk) {
    return chunk.result() instanceof TaskResult.Ok<?> ok
            && ok.value() instanceof Answers<?> answers
            && !answers.answers().isEmpty()
            && answers.answers().get(0) instanceof Embedding embedding
        ? Optional.of(embedding.vector())
        : Optional.empty();
  }

  /**
   * The cosine between the question and each chunk that has a vector, in order. Vectors of chunks
   * may have fewer numbers than the model gives: as many of the question's first ones count.
   *
   * @param question the vector of the question, as the model gives it
   */
  List<RankedChunk> compared(float[] question) {
    List<RankedChunk> compared = new ArrayList<>();
    for (int place = 0; place < vectors.size(); place++) {
      if (vectors.get(place).isPresent()) {
        compared.add(new RankedChunk(place, cosine(vectors.get(place).get(), question)));
      }
    }
    return compared;
  }

  /** The scale of a stored vector does not change it; 0 if either vector has no length. */
  private static double cosine(StoredVector chunk, float[] question) {
    if (chunk.size() > question.length) {
      throw new IllegalStateException(
          "A chunk's vector has "
              + chunk.size()
              + " numbers and that of a question "
              + question.length
              + ". This is a bug.");
    }
    double product = 0;
    double ofChunk = 0;
    double ofQuestion = 0;
    for (int i = 0; i < chunk.size(); i++) {
      product += (double) chunk.number(i) * question[i];
      ofChunk += (double) chunk.number(i) * chunk.number(i);
      ofQuestion += (double) question[i] * question[i];
    }
    double lengths = Math.sqrt(ofChunk) * Math.sqrt(ofQuestion);
    return lengths == 0 ? 0 : product / lengths;
  }
}

package io.turnmill.task.merge;

import io.turnmill.chunk.Chunk;

/**
 * How much a chunk counts in a mean: as many tokens as it has that the chunk before does not have,
 * too. So the weights add up to the tokens of the text, and a short last chunk that mostly repeats
 * the one before it counts little.
 */
final class ChunkWeight {
  private ChunkWeight() {}

  static double of(Chunk chunk) {
    int chars = chunk.span().length();
    return chars == 0 ? 0 : (double) chunk.tokens() * (chars - chunk.overlap()) / chars;
  }
}

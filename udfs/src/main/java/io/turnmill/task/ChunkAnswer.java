package io.turnmill.task;

import io.turnmill.chunk.Chunk;

/**
 * A chunk of an item, and what became of asking about it.
 *
 * @param <A> what a task makes of one chunk
 * @param text the text of the chunk
 */
public record ChunkAnswer<A>(Chunk chunk, String text, TaskResult<A> result) {

  /** Tells the place only, because a chunk's text never reaches a log. */
  @Override
  public String toString() {
    return "ChunkAnswer[" + chunk.number() + ", chars=" + text.length() + "]";
  }
}

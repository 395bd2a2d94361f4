package io.turnmill.task.ask;

import java.util.OptionalDouble;

/**
 * A chunk that the model was shown with a question.
 *
 * @param number the chunk's number in its document, from 0
 * @param score by what it was chosen: the reranker's score, or the cosine, or the score of its
 *     words; empty for a neighbour of such a chunk, and where the first chunks are taken
 */
public record GivenChunk(int number, OptionalDouble score) {}

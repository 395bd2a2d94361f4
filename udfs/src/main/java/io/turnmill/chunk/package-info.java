/**
 * Long texts cut into chunks that fit a model, by its tokens and at the best places. Pure functions
 * of a text. This package depends on {@code document}, {@code session} and ICU4J. Open {@link
 * io.turnmill.chunk.Chunker} first.
 */
package io.turnmill.chunk;

/**
 * Documents and long sessions cut into chunks, and put together again with what was answered about
 * them. Both are steps between data sets that are staged. This package uses {@code config}, {@code
 * executor}, {@code hadoop}, {@code metrics}, {@code parquet}, {@code prepare}, {@code rows} and
 * {@code spark}. Open {@link io.turnmill.job.chunks.ChunkSteps} first.
 *
 * <pre>
 * staged items ─ CutItems ─ staged chunks ─ (infer) ─ results of chunks ─┐
 *       └────────────────────────────────────────────────────────────────┴ JoinChunks ─ staged items
 *                                                                                      with chunks
 * </pre>
 */
package io.turnmill.job.chunks;

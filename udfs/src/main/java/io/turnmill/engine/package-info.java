/**
 * The backends that run a model in this process: token ids in, token ids and numbers out. This
 * package knows nothing of sessions, text, tensors or Spark. It may use {@code inference}, {@code
 * token} and Arrow. A decoder generates tokens, and scores given ones, in batches, over key-value
 * slots:
 *
 * <pre>
 *   Work ─▶ Feed ─▶ Inbox ─▶ FairQueue ─▶ Scheduler ─▶ StepPlan ─▶ DecoderRunner ─▶ ForwardPass
 *     ▲                                      SlotTable                 │
 *     └────── Feed ◀─ Mailbox ◀──── DecoderLoop ◀── NextTokens ◀────────┘
 * </pre>
 *
 * Open {@link io.turnmill.engine.decode.DecoderEngine} first, then {@link
 * io.turnmill.engine.decode.ForwardPass}, the seam to the model. Encoders take the same way with
 * whole texts instead of sequences, packed into the same {@link io.turnmill.engine.TokenBatch};
 * their seam is {@link io.turnmill.engine.encode.EncoderPass}.
 *
 * <pre>
 *   Work ─▶ Feed ─▶ Inbox ─▶ FairQueue ─▶ TextWindow ─▶ TextPlan ─▶ EncoderRunner ─▶ EncoderPass
 *     ▲                                                                    │
 *     └────── Feed ◀─ Mailbox ◀──────────── EncoderLoop ◀── vectors ◀──────┘
 * </pre>
 */
package io.turnmill.engine;

/**
 * Batched generation over key-value slots: token ids in, token ids and numbers out. Knows nothing
 * of sessions, text, tensors or Spark. May use {@code token} and Arrow.
 *
 * <pre>
 *   Work ─▶ Feed ─▶ Inbox ─▶ FairQueue ─▶ Scheduler ─▶ StepPlan ─▶ DecoderRunner ─▶ ForwardPass
 *     ▲                                      SlotTable                 │
 *     └────── Feed ◀─ Mailbox ◀──── DecoderLoop ◀── NextTokens ◀────────┘
 * </pre>
 *
 * Open {@link io.turnmill.engine.decode.DecoderEngine} first, then {@link
 * io.turnmill.engine.decode.ForwardPass}, the seam to the model. Encoders go the same way, whole
 * texts instead of sequences, packed into the same {@link io.turnmill.engine.TokenBatch}; their
 * seam is {@link io.turnmill.engine.encode.EncoderPass}.
 *
 * <pre>
 *   TextFeed ─▶ Inbox ─▶ FairQueue ─▶ TextWindow ─▶ TextPlan ─▶ EncoderRunner ─▶ EncoderPass
 *      ▲                                                               │
 *      └─ Mailbox ◀─────────────────── EncoderLoop ◀── vectors ◀───────┘
 * </pre>
 */
package io.turnmill.engine;

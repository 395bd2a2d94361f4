/**
 * Batched generation over key-value slots: token ids in, token ids and numbers out. Knows nothing
 * of sessions, text, tensors or Spark. May use {@code token} and Arrow.
 *
 * <pre>
 *   Work ─▶ Feed ─▶ Inbox ─▶ WaitingLine ─▶ Scheduler ─▶ StepPlan ─▶ Runner ─▶ ForwardPass
 *     ▲                                      SlotTable                 │
 *     └────── Feed ◀─ Mailbox ◀──── EngineLoop ◀── NextTokens ◀────────┘
 * </pre>
 *
 * Open {@link io.turnmill.engine.Engine} first, then {@link io.turnmill.engine.ForwardPass}, the
 * seam to the model. Encoders go the same way, whole texts instead of sequences, packed into the
 * same {@link io.turnmill.engine.TokenBatch}; their seam is {@link io.turnmill.engine.EncoderPass}.
 *
 * <pre>
 *   TextFeed ─▶ Inbox ─▶ WaitingLine ─▶ TextWindow ─▶ TextPlan ─▶ EncoderRunner ─▶ EncoderPass
 *      ▲                                                               │
 *      └─ Mailbox ◀─────────────────── EncoderLoop ◀── vectors ◀───────┘
 * </pre>
 */
package io.turnmill.engine;

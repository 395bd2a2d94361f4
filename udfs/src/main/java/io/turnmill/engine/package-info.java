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
 * seam to the model; {@link io.turnmill.engine.EncoderPass} is the one to encoders, whose texts
 * come in a {@link io.turnmill.engine.TextBatch}.
 */
package io.turnmill.engine;

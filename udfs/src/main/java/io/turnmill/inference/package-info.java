/**
 * The contract between tasks and the models that answer them: a {@link io.turnmill.inference.Work}
 * asks {@link io.turnmill.inference.Request}s through its thread's {@link
 * io.turnmill.inference.Feed}, and a {@link io.turnmill.inference.Backend} answers each with an
 * {@link io.turnmill.inference.Outcome}, wherever its model runs. Token ids and numbers only: no
 * tensors, no sessions, no Spark. May use {@code token}.
 *
 * <pre>
 *   Work ─ next ─▶ Feed ─▶ CachingFeed ─▶ Port ─▶ Backend
 *     ▲             │        CompletionCache        │
 *     └── accept ───┴──────────── Mailbox ◀─────────┘
 * </pre>
 *
 * Open {@code Backend} first, then {@code Feed}.
 */
package io.turnmill.inference;

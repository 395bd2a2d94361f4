package io.turnmill.engine;

/**
 * Budgets of an engine, named as vLLM names them.
 *
 * @param maxNumSeqs slots: sequences under way at once
 * @param maxNumBatchedTokens most tokens in one forward pass; at least {@code maxNumSeqs}
 * @param maxModelLen longest sequence (prompt and reply) in tokens, and so the length of a slot
 */
public record EngineConfig(int maxNumSeqs, int maxNumBatchedTokens, int maxModelLen) {}

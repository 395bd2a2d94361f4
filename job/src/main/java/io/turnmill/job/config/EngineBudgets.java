package io.turnmill.job.config;

import java.io.Serializable;

/**
 * Budgets of the engine in each executor as the user set them; 0 stands for "computed from the
 * model and the machine".
 *
 * @param maxNumSeqs sequences under way at once
 * @param maxNumBatchedTokens most tokens in one forward pass
 * @param maxModelLen longest prompt and reply together, in tokens
 * @param threads threads of one forward pass on the CPU
 * @param tuning what seldom needs another value
 */
public record EngineBudgets(
    int maxNumSeqs, int maxNumBatchedTokens, int maxModelLen, int threads, EngineTuning tuning)
    implements Serializable {}

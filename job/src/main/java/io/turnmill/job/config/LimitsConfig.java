package io.turnmill.job.config;

import java.io.Serializable;

/**
 * When a run counts as failed.
 *
 * @param maxFailedShare largest share of sessions whose inference may fail, in [0, 1]
 * @param maxRejectedShare largest share of sessions, and of records and messages, that may be
 *     rejected, in [0, 1]
 * @param maxStartSeconds longest wait for the first executor of a cluster; 0: for ever
 * @param maxExecutorDeaths at so many deaths of its executor a session in flight counts as their
 *     cause; at least 2
 */
public record LimitsConfig(
    double maxFailedShare, double maxRejectedShare, int maxStartSeconds, int maxExecutorDeaths)
    implements Serializable {}

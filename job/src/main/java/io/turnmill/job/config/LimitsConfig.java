package io.turnmill.job.config;

import java.io.Serializable;

/**
 * When a run counts as failed.
 *
 * @param maxFailedShare largest share of sessions whose inference may fail, in [0, 1]
 * @param maxRejectedShare largest share of sessions, and of records and messages, that may be
 *     rejected, in [0, 1]
 * @param maxStartSeconds longest wait for the first executor of a cluster; 0: for ever
 */
public record LimitsConfig(double maxFailedShare, double maxRejectedShare, int maxStartSeconds)
    implements Serializable {}

package io.turnmill.job.report;

/**
 * How far a run is.
 *
 * @param sessionsDone sessions with a result, good or bad
 * @param sessionsAll sessions of the run; 0 while that is not known
 * @param completionTokens tokens that the model wrote
 */
public record ProgressCounts(long sessionsDone, long sessionsAll, long completionTokens) {}

/**
 * A trial before a run: what a sample of an archive's sessions cost, and what follows for all of
 * them. The sample is drawn by {@code job.prepare} and run by {@code Pipeline} in the root, like
 * any run, into a folder that is removed afterwards.
 *
 * <pre>
 * EvenSample: groups of length and language, and the sessions that are drawn from each
 *  └ SessionCosts: tokens of the sessions that were run
 *     └ Pools: groups in which costs are compared with lengths
 *        └ Extrapolation: tokens and time of all sessions, with a range
 *           └ TrialReport: what people read
 * </pre>
 *
 * May use {@code job.prepare}, {@code job.report}, {@code job.rows} and {@code job.terminal}. Open
 * {@link io.turnmill.job.trial.Extrapolation} first.
 */
package io.turnmill.job.trial;

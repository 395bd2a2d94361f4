/**
 * One session that kills executors costs only itself. Attempts at a bucket note in the work folder
 * which sessions they have in flight; when an executor is lost, the notes of its tasks stay, and
 * say which sessions may be the cause. These are run again in ever smaller groups, at last alone in
 * their process, until the cause is known; it is not run any more and fails with a code. Depends on
 * {@code job.hadoop}, {@code job.executor} and {@code job.rows}. Open {@link
 * io.turnmill.job.quarantine.Admission} first for what a task does, {@link
 * io.turnmill.job.quarantine.InFlightStore} for what is kept.
 *
 * <pre>
 *   task     Admission ─ which session next, in what company (Suspects), beside which tasks (ExclusiveGate)
 *               └ InFlightLog ─ InFlightFiles: which sessions are in flight
 *   driver   InFlightStore.deaths ─ ExecutorLosses: at how many losses a session was in flight
 * </pre>
 */
package io.turnmill.job.quarantine;

/**
 * The partition function: staged sessions in, inferred rows out, through the one model of this
 * executor. Depends on {@code job.executor} for the model, {@code job.quarantine} for which session
 * comes next, {@code job.cache}, {@code job.rows}, {@code job.parquet}, {@code job.metrics} and
 * {@code job.hadoop}, and on {@code engine}, {@code runtime} and {@code task} of the core. Open
 * {@link io.turnmill.job.infer.Infer} first.
 */
package io.turnmill.job.infer;

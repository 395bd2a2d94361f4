/**
 * The function that each task runs over its partition: it reads staged sessions, asks the one model
 * of its executor, and returns inferred rows. Depends on {@code job.executor} for the model, {@code
 * job.quarantine} for which session comes next, {@code job.cache}, {@code job.rows}, {@code
 * job.parquet}, {@code job.metrics} and {@code job.hadoop}, and on {@code inference}, {@code
 * runtime} and {@code task} of {@code udfs}. Open {@link io.turnmill.job.infer.Infer} first.
 */
package io.turnmill.job.infer;

/**
 * Grouping: the rows of the archive become whole, ordered, checked sessions, staged by bucket, and
 * rejections. Depends on {@code job.rows}, {@code job.parquet}, {@code job.spark}, {@code
 * job.hadoop}, {@code job.config}, {@code job.fault}, and on {@code session} and {@code runtime} of
 * {@code udfs}; knows nothing of the archive's formats. Open {@link
 * io.turnmill.job.prepare.Prepare} first.
 */
package io.turnmill.job.prepare;

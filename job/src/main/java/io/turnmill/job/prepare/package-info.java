/**
 * Grouping: the rows of the archive become whole, ordered, checked sessions, staged by bucket, and
 * rejections; on the way they are cleaned, a sample is drawn, and duplicates are found. Depends on
 * {@code job.rows}, {@code job.parquet}, {@code job.spark}, {@code job.hadoop}, {@code job.config},
 * {@code job.fault}, and on {@code session}, {@code clean} and {@code runtime} of {@code udfs};
 * knows nothing of the archive's formats. Open {@link io.turnmill.job.prepare.Prepare} first.
 */
package io.turnmill.job.prepare;

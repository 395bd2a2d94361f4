/**
 * Shows results in a terminal without a Spark session: reads Parquet with Spark's own Parquet
 * library, as far as needed and no further. May use {@code job.terminal} for what text looks like,
 * {@code job.hadoop} to open files and {@code job.config} for errors. Open {@link
 * io.turnmill.job.show.Show} first.
 */
package io.turnmill.job.show;

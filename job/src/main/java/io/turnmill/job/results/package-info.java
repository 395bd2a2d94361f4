/**
 * Reads the tables of a run without a Spark session: finds their files from any place in an output
 * folder, reads rows one at a time with Spark's own Parquet library, and tells from the manifest
 * what the model was shown. May use {@code job.hadoop} to open files and {@code job.config} for
 * errors. Open {@link io.turnmill.job.results.ResultFiles} first.
 */
package io.turnmill.job.results;

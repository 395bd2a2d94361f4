/**
 * Reads the tables of a run without a Spark session: finds their files from any place in an output
 * folder, and reads rows one at a time with Spark's own Parquet library. May use {@code job.hadoop}
 * to open files and {@code job.config} for errors. Open {@link io.turnmill.job.results.ResultFiles}
 * first.
 */
package io.turnmill.job.results;

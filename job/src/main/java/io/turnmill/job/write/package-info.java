/**
 * The output folder: what may be written where, the tables, the ledger of finished buckets, and the
 * run's manifest.
 *
 * <p>A bucket is committed by its entry in the ledger: a small file that the task makes which did
 * the bucket, when the bucket's part of both tables is whole, and which the file system lets one
 * attempt alone make. What the entry names is then moved to where readers look, file by file; a
 * resumed run finishes what a killed one began. Neither a listing nor a rename of folders decides
 * anything. Depends on {@code job.rows}, {@code job.parquet}, {@code job.hadoop} and {@code
 * job.config}. Open {@link io.turnmill.job.write.CommitBuckets} first.
 */
package io.turnmill.job.write;

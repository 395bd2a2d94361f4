/**
 * Writes the output folder: the tables, the ledger of finished buckets, the lock and the manifest
 * of the run.
 *
 * <p>A bucket is committed by its entry in the ledger. This is a small file that the task makes
 * after the bucket's files of both tables are complete; the file system lets only one attempt make
 * it. Then the files that the entry names are moved, one by one, to the place where readers look; a
 * resumed run finishes what a killed run began. Nothing depends on a listing or a rename of
 * folders. Depends on {@code job.rows}, {@code job.parquet}, {@code job.quarantine}, {@code
 * job.hadoop} and {@code job.config}. Open {@link io.turnmill.job.write.CommitBuckets} first.
 */
package io.turnmill.job.write;

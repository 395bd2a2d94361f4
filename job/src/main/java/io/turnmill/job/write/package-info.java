/**
 * The output folder: what may be written where, the tables, the ledger of finished buckets, and the
 * run's manifest.
 *
 * <p>A bucket is committed by its entry in the {@link io.turnmill.job.write.Ledger}: a small file
 * that is written when both tables have the bucket's file. Such a file is replaced as a whole on
 * every file system, and neither a listing nor a rename of folders decides anything. What has no
 * entry, or whose files are not those of the entry, is done again. Depends on {@code job.rows},
 * {@code job.hadoop} and {@code job.config}. Open {@link io.turnmill.job.write.OutputFolder} first.
 */
package io.turnmill.job.write;

/**
 * What makes a run one run, from its start to its end: its identity, what an earlier run left in
 * the output folder, staging, the inference of all buckets, retries after executors were lost,
 * limits and counts. {@code Pipeline} in the root calls them in their order.
 *
 * <p>Once sessions are staged, everything goes by buckets: {@link io.turnmill.job.run.BucketRuns}
 * has one Spark job for all of them, whose tasks infer, write and commit one bucket each; {@link
 * io.turnmill.job.run.BucketRetry} begins another job when executors were lost; {@link
 * io.turnmill.job.run.BucketCounts} adds up what is done. May use every package of the job but
 * {@code cli}, {@code show}, {@code trial} and the root. Open {@link
 * io.turnmill.job.run.ResumeDecision} first, then {@link io.turnmill.job.run.BucketRuns}.
 */
package io.turnmill.job.run;

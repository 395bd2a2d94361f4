/**
 * The Spark job: {@code Main} turns arguments into a configuration and an exit code, {@code
 * Pipeline} is the job from one end to the other.
 *
 * <p>Once sessions are staged, everything goes by buckets: {@code BucketRuns} has one Spark job for
 * all of them, whose tasks infer, write and commit one each; {@code Rounds} begins another one when
 * executors died; {@code BucketCounts} adds up what is done. What an earlier run left is looked at
 * by {@code Standing}, and whether it is the same run by {@code RunIdentity}.
 */
package io.turnmill.job;

/**
 * The Spark job: {@code Main} turns arguments into a configuration and an exit code, {@code
 * Pipeline} is the job from one end to the other.
 *
 * <p>Once sessions are staged, everything goes by buckets: {@code BucketRuns} infers, publishes and
 * commits one, {@code BucketCrew} keeps several under way. What an earlier run left is looked at by
 * {@code Standing}, and whether it is the same run by {@code RunIdentity}.
 */
package io.turnmill.job;

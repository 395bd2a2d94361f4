/**
 * Replies of earlier runs, on any Hadoop file system, so that a run computes only what is new.
 *
 * <p>The entries of a bucket lie together, by session: the task that infers the bucket reads them
 * once, finds replies by the hash of what is asked, and adds what it computed as one more file.
 * This is so because the next run mostly repeats the sessions of this one, and because prompts of
 * later turns hold earlier replies, so that a bucket's keys are not known before it is inferred:
 * entries spread by their keys would cost one question to the store for each prompt, these cost a
 * few for each bucket. The price: a prompt that an earlier run computed for another session is
 * found only if that session lies in the same bucket. Within a run, equal prompts are computed once
 * in each executor, by the engine's own means.
 *
 * <pre>
 *   CACHE/SCOPE/scope.txt                         what these replies depend on, for people
 *   CACHE/SCOPE/buckets=16/bucket=3/ID.parquet    replies that a task added, or many by and by
 *   CACHE/SCOPE/buckets=16/bucket=3/_ID.parquet   one that was not written to its end
 * </pre>
 *
 * SCOPE is a hash of what is in {@code scope.txt}: version of Turnmill, model, arithmetic, stop
 * texts. A file counts once it has its name; pages have checksums; what cannot be read is skipped
 * with a warning, and computed again. Depends on {@code job.rows}, {@code job.hadoop} and {@code
 * job.config}, on {@code engine} and {@code task}. Open {@link io.turnmill.job.cache.BucketCache}
 * first.
 */
package io.turnmill.job.cache;

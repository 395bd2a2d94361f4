/**
 * Keeps the completions of runs, on any Hadoop file system, so that the next run computes only new
 * ones.
 *
 * <p>The entries of a bucket lie together, by session: the task that infers the bucket reads them
 * once, finds completions by the hash of the request, and adds what it computed as one more file.
 * There are two reasons for this: the next run mostly repeats the sessions of this one, and the
 * keys of a bucket need not be known before it is inferred. If entries were spread by their keys,
 * each prompt would cost a request to the store; this way a bucket costs a few. The price is that a
 * prompt that an earlier run computed for another session is found only if that session is in the
 * same bucket. Within a run, each executor computes equal prompts once (see {@link
 * io.turnmill.inference.SingleFlight}).
 *
 * <pre>
 *   CACHE/SCOPE/scope.txt                         what these completions depend on, for people
 *   CACHE/SCOPE/buckets=16/bucket=3/ID.parquet    completions that a task added, or many by and by
 *   CACHE/SCOPE/buckets=16/bucket=3/_ID.parquet   one that was not written to its end
 * </pre>
 *
 * SCOPE is a hash of what is in {@code scope.txt}: version of Turnmill, model, arithmetic, stop
 * texts. A file counts once it has its name; pages have checksums; a completion that cannot be read
 * is skipped with a warning, and computed again. Depends on {@code job.rows}, {@code job.hadoop}
 * and {@code job.config}, and on {@code inference}, {@code task} and {@code session} of {@code
 * udfs}. Open {@link io.turnmill.job.cache.CompletionBucket} first.
 */
package io.turnmill.job.cache;

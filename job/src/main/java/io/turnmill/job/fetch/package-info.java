/**
 * Model folders from any Hadoop file system. The driver lists a folder and checks an outline of it;
 * each host fetches it once into a cache that all its processes share. Depends on {@code
 * job.hadoop}, {@code job.config} for the exception that people read, and {@code model} for which
 * files matter. Open {@link io.turnmill.job.fetch.HostCache} first.
 *
 * <pre>
 *   driver    ModelSource.list ─ Outlines.write ─ a folder to check, without the weights
 *   executor  ModelSource ─ HostCache.fetch ─┬ Room: evicts by last use, reserves
 *                                            ├ Fetch: pieces ─ Journal ─ read back
 *                                            └ rename
 * </pre>
 */
package io.turnmill.job.fetch;

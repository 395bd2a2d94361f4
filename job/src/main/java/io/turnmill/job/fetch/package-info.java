/**
 * Fetches model folders from any Hadoop file system. The driver lists a folder and checks a sparse
 * copy of it; each host fetches it once into a cache that all its processes share. Depends on
 * {@code job.hadoop}, on {@code job.config} for the exception that people read, and on {@code
 * model} for the names of the files that are needed. Open {@link io.turnmill.job.fetch.HostCache}
 * first.
 *
 * <pre>
 *   driver    ModelSource.list ─ SparseModelFolder.write ─ a folder to check, without the weights
 *   executor  ModelSource ─ HostCache.fetch ─┬ CacheEviction: makes room, least recently used first
 *                                            ├ FolderFetch: ranges of files, then whole files
 *                                            └ rename
 * </pre>
 */
package io.turnmill.job.fetch;

/**
 * Models on an executor: fetched to its host, loaded once in each process, checked against the
 * model that the driver saw, leased to tasks, and put on the device and the cores that Spark
 * assigned. Depends on {@code job.config}, {@code job.fetch}, {@code job.hadoop} and {@code
 * job.metrics}, on {@code job.rows} for the codec of a task's results, and on {@code runtime} of
 * the core. Open {@link io.turnmill.job.executor.ExecutorModels} first.
 *
 * <pre>
 *   ExecutorModels.lease(ModelLoader)
 *     ReplacingLoader              where a run asks several models, one after another
 *     CascadeLoader                two models, where the second one is asked about some items
 *     VerifiedModelLoader          the model that the driver checked, or an error
 *       ModelLocator               HostFolders: fetched folders, paths on this host
 *       ModelLoaderFactory         FolderModelLoader: device, threads, ModelRuntime.load
 * </pre>
 */
package io.turnmill.job.executor;

/**
 * The finished jar on real clusters: processes of their own, started by the scripts in submit/.
 * Open {@link io.turnmill.job.cluster.StandaloneCluster} first.
 */
package io.turnmill.job.cluster;

/**
 * The Spark job, from one end to the other: {@link io.turnmill.job.Main} turns arguments into a
 * configuration and an exit code, {@link io.turnmill.job.SparkJobs} starts Spark for what the
 * command line asks, and {@link io.turnmill.job.Pipeline} is the run itself, a straight line
 * through the rooms below. Nothing in the rooms depends on this package. Open {@link
 * io.turnmill.job.Pipeline} first.
 */
package io.turnmill.job;

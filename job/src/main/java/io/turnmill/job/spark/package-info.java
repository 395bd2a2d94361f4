/**
 * What the driver asks of Spark itself: a session with the settings that Turnmill needs, a first
 * executor, the results of a job's tasks as they come, and the end of tasks that were given up.
 * Depends on {@code job.config} and {@code job.metrics}. Open {@link io.turnmill.job.spark.Spark}
 * first.
 */
package io.turnmill.job.spark;

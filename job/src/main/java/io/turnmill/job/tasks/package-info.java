/**
 * How the driver takes what the tasks of a Spark job give it: each result once, as it comes, with
 * nothing collected. Depends on Spark. Open {@link io.turnmill.job.tasks.TaskResults} first.
 */
package io.turnmill.job.tasks;

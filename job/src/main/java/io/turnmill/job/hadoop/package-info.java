/**
 * What stages share of Hadoop: its settings on their way to the executors, file systems opened so
 * that a missing one is a sentence for people, many questions asked at once, and further attempts
 * at what a store could not do at the moment. Depends on {@code job.config} for the exception that
 * people read. Open {@link io.turnmill.job.hadoop.FileSystems} first.
 */
package io.turnmill.job.hadoop;

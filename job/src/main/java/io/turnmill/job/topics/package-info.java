/**
 * Topics: the vectors of sessions or documents become clusters, and the model's words names of
 * them. Depends on {@code task} of {@code udfs} and on Spark's MLlib. Open {@link
 * io.turnmill.job.topics.Clusters} first.
 */
package io.turnmill.job.topics;

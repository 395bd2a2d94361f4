/**
 * Topics: the vectors of sessions or documents become clusters, and the model's words names of
 * them. Depends on {@code hadoop}, {@code parquet}, {@code prepare} and {@code rows}, on {@code
 * task} and {@code document} of {@code udfs}, and on Spark's MLlib. Open {@link
 * io.turnmill.job.topics.StageTopics} first.
 */
package io.turnmill.job.topics;

package io.turnmill.job.topics;

import io.turnmill.session.Scope;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Items among which topics are looked for.
 *
 * @param scope what they are
 * @param vectors columns tenant, id, {@code duplicate_of} (the id of the item of which this is a
 *     copy), and vector, which is null for an item without one
 * @param openings rows of tenant, id and the text with which the item begins
 */
public record TopicItems(Scope scope, Dataset<Row> vectors, JavaRDD<Row> openings) {}

/**
 * Every schema, column name and row codec of the job. Depends on {@code session}, {@code clean},
 * {@code task} and {@code inference} of {@code udfs}, {@code job.config}, {@code job.fault} and
 * Spark SQL. A codec writes arrays as {@code Object[]} and reads them as lists, because the row
 * encoders of all supported Spark versions agree on that. Open {@link
 * io.turnmill.job.rows.StagedRows} first.
 */
package io.turnmill.job.rows;

/**
 * Rows of Spark SQL written to Parquet files and read from them, one file at a time, by a task
 * itself: no Spark job, no commit protocol, and no listing of folders stands between. The files
 * have the layout and the footer that Spark's own have, so that Spark and every other reader of
 * Parquet takes them for what they are. Depends on Spark's types and on parquet-hadoop. Open {@link
 * io.turnmill.job.parquet.RowFileWriter} first.
 */
package io.turnmill.job.parquet;

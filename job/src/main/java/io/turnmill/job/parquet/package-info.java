/**
 * Writes rows of Spark SQL to Parquet files and reads them again. A task does this itself, one file
 * at a time, without a Spark job, a commit protocol or a listing of folders. The files have the
 * layout and the footer of Spark's own, so that Spark and every other reader of Parquet can read
 * them. Depends on Spark's types and on parquet-hadoop. Open {@link
 * io.turnmill.job.parquet.RowFileWriter} first.
 */
package io.turnmill.job.parquet;

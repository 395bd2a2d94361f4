package io.turnmill.job.write;

import io.turnmill.job.parquet.RowFileWriter;
import io.turnmill.job.rows.ResultCodec;
import java.io.Serializable;

/**
 * How the tables of a run are written.
 *
 * @param file of both tables
 * @param codec of the task's results
 */
public record TableFormat(RowFileWriter.Format file, ResultCodec<?> codec) implements Serializable {
  private static final long serialVersionUID = 1L;
}

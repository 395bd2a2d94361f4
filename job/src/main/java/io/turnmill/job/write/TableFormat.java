package io.turnmill.job.write;

import io.turnmill.job.parquet.RowFileWriter;
import io.turnmill.job.rows.ResultCodec;
import java.io.Serializable;

/**
 * The format of the tables of a run.
 *
 * @param file the format of the files of both tables
 * @param codec the codec of the task's results
 */
public record TableFormat(RowFileWriter.Format file, ResultCodec<?> codec) implements Serializable {
  private static final long serialVersionUID = 1L;
}

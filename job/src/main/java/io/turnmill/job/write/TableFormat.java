package io.turnmill.job.write;

import io.turnmill.job.config.OutputConfig.Layout;
import io.turnmill.job.parquet.RowFileWriter;
import io.turnmill.job.rows.RejectedRows;
import io.turnmill.job.rows.ResultCodec;
import io.turnmill.job.rows.ResultTable;
import java.io.Serializable;
import org.apache.spark.sql.types.StructType;

/**
 * The format of the tables of a run.
 *
 * @param file the format of the files of both tables
 * @param codec the codec of the task's results
 * @param layout what a row of the results holds
 */
public record TableFormat(RowFileWriter.Format file, ResultCodec<?> codec, Layout layout)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The columns of the table of rejections. */
  StructType rejected() {
    return RejectedRows.schema(codec);
  }

  ResultTable results() {
    return ResultTable.of(codec, layout);
  }
}

package io.turnmill.job.write;

import io.turnmill.job.config.OutputConfig.ChunkOutput;
import io.turnmill.job.config.OutputConfig.Layout;
import io.turnmill.job.parquet.RowFileWriter;
import io.turnmill.job.rows.RejectedRows;
import io.turnmill.job.rows.ResultCodec;
import io.turnmill.job.rows.ResultTable;
import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.sql.types.StructType;

/**
 * The format of the tables of a run.
 *
 * @param table what the table of results is
 * @param file the format of the files of all tables
 * @param codec the codec of the task's results
 * @param layout what a row of the results holds
 * @param chunks where the chunks of items are that were asked about in chunks
 */
public record TableFormat(
    ItemTable table,
    RowFileWriter.Format file,
    ResultCodec<?> codec,
    Layout layout,
    ChunkOutput chunks)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The columns of the table of rejections. */
  StructType rejected() {
    return RejectedRows.schema(codec);
  }

  ResultTable results() {
    return ResultTable.of(codec, layout, chunks);
  }

  /** The table of chunks, if they have one of their own. */
  Optional<ResultTable> ofChunks() {
    return ResultTable.ofChunks(codec, chunks);
  }
}

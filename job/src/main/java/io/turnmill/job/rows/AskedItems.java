package io.turnmill.job.rows;

import io.turnmill.runtime.ModelRuntime;
import io.turnmill.task.ChunkedItem;
import io.turnmill.task.ChunkedTask;
import io.turnmill.task.ItemWork;
import io.turnmill.task.Task;
import java.io.Serializable;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** What a model is asked about, as it is staged. Travels to the executors. */
public sealed interface AskedItems extends Serializable {
  /** Sessions. */
  AskedItems SESSIONS = new Sessions(StagedRows.SCHEMA);

  /** Chunks, each asked about as a session of one message. */
  AskedItems CHUNKS = new Sessions(StagedRows.STRUCTURED);

  /** The columns of the staged rows. */
  StructType columns();

  /** Begins the work on the item of a row. */
  ItemWork<Row, ?> begin(Row row, ModelRuntime runtime);

  /** Sessions, or what is asked about as sessions are. */
  record Sessions(StructType columns) implements AskedItems {
    private static final long serialVersionUID = 1L;

    @Override
    public ItemWork<Row, ?> begin(Row row, ModelRuntime runtime) {
      return runtime.task().begin(row, StagedRows::session);
    }
  }

  /**
   * Items whose chunks were asked about.
   *
   * @param answers the codec of the answers
   * @param allowPartial whether an item has a result if some of its chunks have no answer
   */
  record Chunked<A>(ResultCodec<A> answers, boolean allowPartial) implements AskedItems {
    private static final long serialVersionUID = 1L;

    @Override
    public StructType columns() {
      return StagedRows.chunked(ChunkRows.type(answers.columns()));
    }

    @Override
    @SuppressWarnings("unchecked") // the codec is that of the task whose answers are merged
    public ItemWork<Row, ?> begin(Row row, ModelRuntime runtime) {
      Task<ChunkedItem<A>, ?> merge = (Task<ChunkedItem<A>, ?>) runtime.merge();
      return new ChunkedTask<>(merge, allowPartial)
          .begin(row, chunked -> ChunkRows.item(chunked, answers));
    }
  }
}

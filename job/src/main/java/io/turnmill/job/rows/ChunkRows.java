package io.turnmill.job.rows;

import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.turnmill.chunk.Chunk;
import io.turnmill.document.Span;
import io.turnmill.job.rows.StructureJson.ChunkPlace;
import io.turnmill.session.RejectionCode;
import io.turnmill.task.ChunkAnswer;
import io.turnmill.task.ChunkedItem;
import io.turnmill.task.TaskFailureCode;
import io.turnmill.task.TaskResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The column {@link StagedRows#CHUNKS}: a struct for each chunk of an item, with its place, its
 * text, what became of asking about it, and the task's own columns. Places are in code points of
 * the item's text.
 */
public final class ChunkRows {
  /** The status of a chunk that the model could not be asked about. */
  public static final String STATUS_REJECTED = "rejected";

  /** Where a chunk stands, and its text. */
  public static final StructType PLACE =
      new StructType()
          .add("number", IntegerType)
          .add("start", IntegerType)
          .add("end", IntegerType)
          .add("overlap", IntegerType)
          .add("tokens", IntegerType)
          .add("first_page", IntegerType)
          .add("last_page", IntegerType)
          .add("first_turn", IntegerType)
          .add("last_turn", IntegerType)
          .add("headings", new ArrayType(StringType, false))
          .add("text", StringType);

  /** What became of asking about a chunk, without the task's own columns. */
  public static final StructType STATUS =
      new StructType()
          .add("status", StringType)
          .add("error_code", StringType)
          .add("error_detail", StringType);

  private ChunkRows() {}

  /**
   * A struct for a chunk.
   *
   * @param ofTask the columns of the answers about chunks
   */
  public static StructType chunk(StructType ofTask) {
    List<StructField> fields = new ArrayList<>();
    for (StructType part : List.of(PLACE, STATUS, ofTask)) {
      fields.addAll(Arrays.asList(part.fields()));
    }
    return DataTypes.createStructType(fields);
  }

  /** The type of the column. */
  public static ArrayType type(StructType ofTask) {
    return new ArrayType(chunk(ofTask), false);
  }

  /**
   * The values of {@link #PLACE}.
   *
   * @param staged a chunk as it was staged
   */
  public static Object[] place(Row staged) {
    ChunkPlace place = ChunkPlace.of(staged.getAs(StagedRows.STRUCTURE));
    return new Object[] {
      place.number(),
      place.start(),
      place.end(),
      place.overlap(),
      place.tokens(),
      place.firstPage() == 0 ? null : place.firstPage(),
      place.lastPage() == 0 ? null : place.lastPage(),
      place.firstTurn() < 0 ? null : place.firstTurn(),
      place.lastTurn() < 0 ? null : place.lastTurn(),
      place.headings().toArray(),
      StagedRows.texts(staged).get(0).substring(place.textFrom())
    };
  }

  /**
   * An item whose chunks were asked about.
   *
   * @param row an item as {@link StagedRows#chunked} describes it
   * @param answers the codec of the answers
   */
  public static <A> ChunkedItem<A> item(Row row, ResultCodec<A> answers) {
    Map<String, String> fields = row.getJavaMap(row.fieldIndex(StagedRows.CARRIED));
    List<Row> rows = row.getList(row.fieldIndex(StagedRows.CHUNKS));
    ChunkSpans spans = ChunkSpans.of(row);
    List<ChunkAnswer<A>> chunks = new ArrayList<>(rows.size());
    int end = 0;
    for (int i = 0; i < rows.size(); i++) {
      Row of = rows.get(i);
      Span span = spans.get(i);
      Chunk chunk = chunk(of, span, end - span.from());
      chunks.add(new ChunkAnswer<>(chunk, of.getAs("text"), result(of, answers)));
      end = span.to();
    }
    return new ChunkedItem<>(StagedRows.key(row).sessionId(), fields, chunks);
  }

  private static Chunk chunk(Row of, Span span, int overlap) {
    return new Chunk(
        of.<Integer>getAs("number"),
        span,
        overlap,
        of.<Integer>getAs("tokens"),
        Optional.<Integer>ofNullable(of.getAs("first_page")).orElse(0),
        Optional.<Integer>ofNullable(of.getAs("last_page")).orElse(0),
        of.getList(of.fieldIndex("headings")));
  }

  private static <A> TaskResult<A> result(Row of, ResultCodec<A> answers) {
    String status = of.getAs("status");
    if (ResultRows.STATUS_OK.equals(status)) {
      return new TaskResult.Ok<>(answers.decode(of));
    }
    String code = of.<String>getAs("error_code").toUpperCase(Locale.ROOT);
    String detail = of.getAs("error_detail");
    return STATUS_REJECTED.equals(status)
        ? new TaskResult.Rejected<>(RejectionCode.valueOf(code), detail)
        : new TaskResult.Failed<>(TaskFailureCode.valueOf(code), detail);
  }

  /**
   * A chunk in the column.
   *
   * @param place the values of {@link #place}
   * @param answer the values of {@link #STATUS} and of the task's own columns
   * @param schema of {@link #chunk}
   */
  public static Row row(Object[] place, Object[] answer, StructType schema) {
    Object[] values = Arrays.copyOf(place, schema.size());
    System.arraycopy(answer, 0, values, place.length, answer.length);
    return new GenericRowWithSchema(values, schema);
  }
}

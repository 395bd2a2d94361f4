package io.turnmill.job.testing;

import io.turnmill.document.CodePoints;
import io.turnmill.document.Span;
import io.turnmill.job.rows.ChunkRows;
import io.turnmill.job.rows.InferredRows;
import io.turnmill.job.rows.MergedCodec;
import io.turnmill.job.rows.ResultCodec;
import io.turnmill.job.rows.ResultCodecs;
import io.turnmill.job.rows.ResultRows;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.session.Scope;
import io.turnmill.task.TaskOptions;
import io.turnmill.task.TaskResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/** The row of an item of three chunks, whose text has characters that are two {@code char}s. */
public final class ChunkedItemsForTests {
  public static final String TEXT =
      "🏨🏨 The house. Rooms are 40 euros. 🍎 Breakfast is 12 euros. Ends at 🕙 ten.";

  /** The chunks: the second one begins with "🍎 ", where the first one ends. */
  public static final List<Span> SPANS = spans("🍎 Breakfast", "🍎 ", "Ends at", "");

  private ChunkedItemsForTests() {}

  /** Each chunk begins with a text, and the one before it goes on for so much. */
  private static List<Span> spans(
      String second, String firstGoesOn, String third, String secondGoesOn) {
    int two = TEXT.indexOf(second);
    int three = TEXT.indexOf(third);
    return List.of(
        new Span(0, two + firstGoesOn.length()),
        new Span(two, three + secondGoesOn.length()),
        new Span(three, TEXT.length()));
  }

  /** The codec of the results of a task, which is asked about chunks itself. */
  public static MergedCodec<?> codec(TaskOptions task, Scope scope) {
    return ResultCodecs.merged(task, ResultCodecs.of(task.ofChunk()), scope);
  }

  /**
   * The staged row of the item, as a task reads it.
   *
   * @param answers one for each chunk
   */
  public static <A> Row staged(ResultCodec<A> codec, List<TaskResult<A>> answers) {
    Object[] chunks = new Object[answers.size()];
    for (int i = 0; i < chunks.length; i++) {
      chunks[i] =
          ChunkRows.row(place(i), answer(codec, answers.get(i)), ChunkRows.chunk(codec.columns()));
    }
    StructType schema = StagedRows.chunked(ChunkRows.type(codec.columns()));
    long characters = TEXT.codePointCount(0, TEXT.length());
    Row staged =
        RowFactory.create(
            7,
            null,
            "house.txt",
            new Object[] {RowFactory.create(0, "user", TEXT, null, null)},
            Map.of("title", "A house"),
            1,
            1,
            0,
            characters,
            "in/house.txt",
            null,
            null,
            null,
            false,
            chunks);
    return throughSpark(staged, schema);
  }

  private static Object[] place(int number) {
    Span span = SPANS.get(number);
    CodePoints places = CodePoints.of(TEXT);
    int before = number == 0 ? 0 : SPANS.get(number - 1).to();
    int start = places.at(span.from());
    int overlap = places.at(before) - start;
    int page = number + 1;
    Object[] headings = {"The house"};
    return new Object[] {
      number,
      start,
      places.at(span.to()),
      overlap,
      5,
      page,
      page,
      null,
      null,
      headings,
      span.of(TEXT)
    };
  }

  private static <A> Object[] answer(ResultCodec<A> codec, TaskResult<A> answer) {
    List<Object> values = new ArrayList<>();
    if (answer instanceof TaskResult.Ok<A> ok) {
      values.addAll(Arrays.asList(ResultRows.STATUS_OK, null, null));
      values.addAll(Arrays.asList(codec.encode(ok.value(), RowFactory.create())));
    } else if (answer instanceof TaskResult.Failed<A> failed) {
      values.addAll(List.of(ResultRows.STATUS_FAILED, failed.code().wireName(), failed.detail()));
      values.addAll(Arrays.asList(codec.none()));
    } else {
      TaskResult.Rejected<A> rejected = (TaskResult.Rejected<A>) answer;
      values.addAll(
          List.of(ChunkRows.STATUS_REJECTED, rejected.code().wireName(), rejected.detail()));
      values.addAll(Arrays.asList(new Object[codec.columns().size()]));
    }
    return values.toArray();
  }

  /** The row of an item's result, as it comes out of a data set. */
  public static Row result(Row staged, TaskResult<?> result, ResultCodec<?> codec) {
    Row inferred = InferredRows.row(staged, result, codec, "model");
    return throughSpark(inferred.getStruct(1), ResultRows.schema(codec));
  }

  /** A row after it went through an encoder. */
  public static Row throughSpark(Row row, StructType schema) {
    return SparkForTests.any().createDataFrame(List.of(row), schema).collectAsList().get(0);
  }
}

package io.turnmill.job.rows;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.turnmill.document.Span;
import io.turnmill.task.merge.ExtractedAnswers;
import io.turnmill.task.merge.ExtractedAnswers.Found;
import io.turnmill.task.merge.WrittenTokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructType;

/** The codec of the answers that were found in the chunks of items, with their places. */
final class ExtractMergeCodec extends MergeCodec<ExtractedAnswers> {
  private static final long serialVersionUID = 1L;

  private static final String ANSWERS = "answers";
  private static final String ASKED = "asked_questions";
  private static final String UNANSWERED = "unanswered_questions";

  /** The columns of {@link WrittenTokens}. */
  static final List<String> TOKENS =
      List.of("prompt_tokens", "cached_tokens", "completion_tokens", "computed_tokens");

  private static final List<String> SUMS =
      Stream.concat(Stream.of(ASKED, UNANSWERED), TOKENS.stream()).toList();

  private static final StructType ANSWER =
      new StructType()
          .add("question", StringType)
          .add("text", StringType)
          .add("chunks", new ArrayType(IntegerType, false))
          .add("chunk_start", IntegerType)
          .add("chunk_end", IntegerType)
          .add("start", IntegerType)
          .add("end", IntegerType)
          .add("finish_reason", StringType)
          .add("confidence", DoubleType);

  private static final StructType COLUMNS =
      withTokens(
          new StructType()
              .add(ANSWERS, new ArrayType(ANSWER, false))
              .add(ASKED, IntegerType)
              .add(UNANSWERED, IntegerType),
          TOKENS);

  ExtractMergeCodec() {
    super(ExtractedAnswers.class);
  }

  @Override
  public StructType columns() {
    return COLUMNS;
  }

  @Override
  public Object[] encode(ExtractedAnswers of, Row asked) {
    ChunkSpans spans = ChunkSpans.of(asked);
    List<Object> values = new ArrayList<>();
    values.add(of.answers().stream().map(answer -> row(answer, spans)).toArray());
    values.add(of.asked());
    values.add(of.unanswered());
    values.addAll(tokens(of.tokens()));
    return values.toArray();
  }

  /** The values of {@link #TOKENS}. */
  static List<Object> tokens(WrittenTokens of) {
    return List.of(of.prompt(), of.cached(), of.completion(), of.computed());
  }

  private static Row row(Found of, ChunkSpans spans) {
    return RowFactory.create(
        of.question(),
        of.text(),
        of.chunks().toArray(),
        place(of.chunkSpan().from(), spans),
        place(of.chunkSpan().to(), spans),
        of.span().map(Span::from).map(from -> place(from, spans)).orElse(null),
        of.span().map(Span::to).map(to -> place(to, spans)).orElse(null),
        of.finishReason(),
        of.confidence());
  }

  private static Object place(int place, ChunkSpans spans) {
    return ClassificationsCodec.orNull(spans.codePoint(place));
  }

  @Override
  List<String> sums() {
    return SUMS;
  }

  @Override
  public List<String> counters() {
    List<String> names = new ArrayList<>(SUMS);
    names.add(ANSWERS);
    return names;
  }

  @Override
  public Map<String, Long> count(Row result) {
    Map<String, Long> counts = super.count(result);
    counts.put(ANSWERS, (long) result.getList(result.fieldIndex(ANSWERS)).size());
    return counts;
  }
}

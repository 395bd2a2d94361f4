package io.turnmill.job.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.turnmill.job.config.OutputConfig.ChunkOutput;
import io.turnmill.job.config.OutputConfig.Layout;
import io.turnmill.job.testing.ChunkedItemsForTests;
import io.turnmill.session.Scope;
import io.turnmill.task.Answers;
import io.turnmill.task.ChunkedTask;
import io.turnmill.task.Classification;
import io.turnmill.task.Classification.LabelScore;
import io.turnmill.task.Embedding;
import io.turnmill.task.Extraction;
import io.turnmill.task.Merged;
import io.turnmill.task.StoredVector;
import io.turnmill.task.TaskFailureCode;
import io.turnmill.task.TaskOptions;
import io.turnmill.task.TaskOptions.Normalize;
import io.turnmill.task.TaskOptions.VectorType;
import io.turnmill.task.TaskResult;
import io.turnmill.task.Unit;
import io.turnmill.task.WrittenText;
import io.turnmill.task.merge.ExtractMerge;
import io.turnmill.task.merge.MergedEmbedding;
import io.turnmill.task.merge.MergedSummary;
import io.turnmill.task.merge.WrittenTokens;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MergedTableTest {
  private static final String TEXT = ChunkedItemsForTests.TEXT;
  private static final TaskOptions.Summarise SUMMARISE = new TaskOptions.Summarise("", "", "");
  private static final TaskOptions.Extract EXTRACT = extract();

  private static TaskOptions.Extract extract() {
    Map<String, String> questions = new LinkedHashMap<>();
    questions.put("breakfast", "What is breakfast?");
    questions.put("end", "When does it end?");
    return new TaskOptions.Extract(questions, "", "none");
  }

  private static WrittenText written(String text) {
    return new WrittenText(text, Optional.empty(), "stop", 10, 4, 2, -0.5);
  }

  private static <A> TaskResult<Answers<A>> ok(List<A> answers) {
    return new TaskResult.Ok<>(new Answers<>(answers, List.of()));
  }

  private static TaskResult<Answers<Extraction>> found(String breakfast, String end) {
    return ok(
        List.of(
            new Extraction("breakfast", !breakfast.isEmpty(), written(breakfast)),
            new Extraction("end", !end.isEmpty(), written(end))));
  }

  private static Row named(ResultTable table, Row values) {
    Object[] all = new Object[values.size()];
    Arrays.setAll(all, values::get);
    return ChunkedItemsForTests.throughSpark(
        new GenericRowWithSchema(all, table.schema()), table.schema());
  }

  private static Row only(ResultTable table, Row result) {
    assertThat(table.rows(result)).hasSize(1);
    return named(table, table.rows(result).get(0));
  }

  private static ResultTable documents(ResultCodec<?> codec, ChunkOutput chunks) {
    return ResultTable.of(codec, Layout.SESSION, chunks);
  }

  private static List<Row> rows(Row row, String column) {
    return row.getList(row.fieldIndex(column));
  }

  /** The result of extraction, merged from answers about the three chunks. */
  private static Row extracted(List<TaskResult<Answers<Extraction>>> answers, Scope scope) {
    ExtractionsCodec codec = new ExtractionsCodec();
    Row staged = ChunkedItemsForTests.staged(codec, answers);
    TaskResult<?> merged =
        new ChunkedTask<>(ExtractMerge.task(EXTRACT), true)
            .begin(staged, row -> ChunkRows.item(row, codec))
            .result();
    return ChunkedItemsForTests.result(staged, merged, ChunkedItemsForTests.codec(EXTRACT, scope));
  }

  @Test
  void answersStandAtCodePointsOfTheText() {
    Row result =
        extracted(
            List.of(found("", ""), found("12 euros", ""), found("", "🕙 ten")), Scope.DOCUMENT);
    ResultCodec<?> codec = ChunkedItemsForTests.codec(EXTRACT, Scope.DOCUMENT);
    Row document = only(documents(codec, ChunkOutput.NESTED), result);

    List<Row> answers = rows(document, "answers");
    assertThat(answers).extracting(of -> of.getAs("text")).containsExactly("12 euros", "🕙 ten");
    for (Row answer : answers) {
      assertThat(codePoints(answer.getAs("start"), answer.getAs("end")))
          .isEqualTo(answer.getAs("text"));
      Row chunk = rows(document, "chunks").get((int) answer.getList(2).get(0));
      assertThat(answer.<Integer>getAs("chunk_start")).isEqualTo(chunk.getAs("start"));
      assertThat(answer.<Integer>getAs("chunk_end")).isEqualTo(chunk.getAs("end"));
      assertThat(codePoints(chunk.getAs("start"), chunk.getAs("end")))
          .isEqualTo(chunk.getAs("text"));
    }
    assertThat(codec.count(result))
        .containsEntry("answers", 2L)
        .containsEntry("asked_questions", 6L)
        .containsEntry("unanswered_questions", 0L)
        .containsEntry("prompt_tokens", 60L)
        .containsEntry("completion_tokens", 12L)
        .containsEntry("chunks", 3L)
        .containsOnlyKeys(codec.counters());
  }

  private static String codePoints(int start, int end) {
    return TEXT.substring(TEXT.offsetByCodePoints(0, start), TEXT.offsetByCodePoints(0, end));
  }

  @Test
  void anAnswerThatDoesNotStandThereHasThePlaceOfItsChunkAlone() {
    Row result =
        extracted(List.of(found("", ""), found("a dozen", ""), found("", "")), Scope.SESSION);
    Row answer = rows(result, "answers").get(0);
    assertThat(answer.isNullAt(answer.fieldIndex("start"))).isTrue();
    assertThat(answer.isNullAt(answer.fieldIndex("end"))).isTrue();
    assertThat(answer.<Integer>getAs("chunk_start")).isPositive();
  }

  @Test
  void aChunkThatWasAskedSeveralThingsHasAListOfAnswers() {
    Row result =
        extracted(
            List.of(
                found("", ""),
                found("12 euros", ""),
                new TaskResult.Failed<>(TaskFailureCode.BUG, "decode")),
            Scope.DOCUMENT);
    ResultCodec<?> codec = ChunkedItemsForTests.codec(EXTRACT, Scope.DOCUMENT);
    Row document = only(documents(codec, ChunkOutput.NESTED), result);
    assertThat(document.<String>getAs("status")).isEqualTo("partial");
    assertThat(document.<Integer>getAs("failed_chunks")).isEqualTo(1);
    Row chunk = rows(document, "chunks").get(1);
    assertThat(rows(chunk, "extractions"))
        .extracting(of -> of.getAs("question"), of -> of.getAs("found"), of -> of.getAs("text"))
        .containsExactly(tuple("breakfast", true, "12 euros"), tuple("end", false, ""));
    Row failed = rows(document, "chunks").get(2);
    assertThat(failed.<String>getAs("error_code")).isEqualTo("bug");
    assertThat(rows(failed, "extractions")).isEmpty();
    assertThat(failed.schema().fieldNames()).contains("unanswered").doesNotContain("turn");
  }

  /** The result of a summary that was made of three, of which one is missing. */
  private static Row summarised(Scope scope) {
    List<TaskResult<Answers<WrittenText>>> answers =
        List.of(
            ok(List.of(written("Rooms."))),
            ok(List.of(written("Breakfast."))),
            new TaskResult.Failed<>(TaskFailureCode.OUT_OF_MEMORY, "tried alone"));
    MergedSummary summary =
        new MergedSummary(
            "A house.", "stop", 1, 1, List.of(2), List.of(1), 0, new WrittenTokens(30, 12, 6, 24));
    Merged<MergedSummary> merged = new Merged<>(summary, new TreeMap<>(Map.of("out_of_memory", 1)));
    return ChunkedItemsForTests.result(
        ChunkedItemsForTests.staged(new SummariesCodec(), answers),
        new TaskResult.Ok<>(merged),
        ChunkedItemsForTests.codec(SUMMARISE, scope));
  }

  @Test
  void aDocumentHasARowOfItsOwnColumns() {
    ResultCodec<?> codec = ChunkedItemsForTests.codec(SUMMARISE, Scope.DOCUMENT);
    Row result = summarised(Scope.DOCUMENT);
    Row document = only(documents(codec, ChunkOutput.NESTED), result);

    assertThat(document.schema().fieldNames())
        .startsWith(
            "id",
            "tenant",
            "source",
            "status",
            "error_code",
            "error_detail",
            "metadata",
            "characters",
            "pages",
            "summary")
        .endsWith("chunk_count", "failed_chunks", "chunks", "duplicate_of", "model_fingerprint");
    assertThat(document.<String>getAs("id")).isEqualTo("house.txt");
    assertThat(document.<String>getAs("source")).isEqualTo("in/house.txt");
    assertThat(document.<Long>getAs("characters")).isEqualTo(TEXT.codePointCount(0, TEXT.length()));
    assertThat(document.<Integer>getAs("pages")).isEqualTo(3);
    assertThat(document.<String, String>getJavaMap(document.fieldIndex("metadata")))
        .containsExactly(Map.entry("title", "A house"));
    assertThat(document.<Integer>getAs("chunk_count")).isEqualTo(3);
    assertThat(rows(document, "chunks"))
        .extracting(of -> of.getAs("summary"))
        .containsExactly("Rooms.", "Breakfast.", null);
    assertThat(codec.count(result))
        .containsEntry("length_answers", 1L)
        .containsEntry("computed_tokens", 24L)
        .containsEntry("partial_results", 1L)
        .containsOnlyKeys(codec.counters());
  }

  @Test
  void aSessionKeepsItsMessages() {
    ResultCodec<?> codec = ChunkedItemsForTests.codec(SUMMARISE, Scope.SESSION);
    Row session = only(documents(codec, ChunkOutput.NESTED), summarised(Scope.SESSION));
    assertThat(session.schema().fieldNames())
        .startsWith("session_id", "tenant", "status", "error_code", "error_detail", "messages")
        .endsWith("chunks", "carried", "rejected_messages", "duplicate_of", "model_fingerprint");
    assertThat(rows(session, "messages")).hasSize(1);
  }

  @Test
  void chunksMayHaveATableOfTheirOwn() {
    ResultCodec<?> codec = ChunkedItemsForTests.codec(SUMMARISE, Scope.DOCUMENT);
    Row result = summarised(Scope.DOCUMENT);
    Row document = only(documents(codec, ChunkOutput.TABLE), result);
    assertThat(document.schema().fieldNames()).doesNotContain("chunks").contains("chunk_count");

    ResultTable table = ResultTable.ofChunks(codec, ChunkOutput.TABLE).orElseThrow();
    List<Row> chunks = table.rows(result).stream().map(row -> named(table, row)).toList();
    assertThat(chunks).extracting(of -> of.getAs("id")).containsOnly("house.txt").hasSize(3);
    assertThat(chunks).extracting(of -> of.getAs("scope")).containsOnly("document");
    assertThat(chunks).extracting(of -> of.getAs("number")).containsExactly(0, 1, 2);
    assertThat(chunks).extracting(of -> of.getAs("status")).containsExactly("ok", "ok", "failed");
    assertThat(ResultTable.ofChunks(codec, ChunkOutput.NESTED)).isEmpty();
    assertThat(ResultTable.ofChunks(new SummariesCodec(), ChunkOutput.TABLE)).isEmpty();
  }

  @Test
  void aFailedDocumentHasItsChunksAllTheSame() {
    ResultCodec<?> codec = ChunkedItemsForTests.codec(SUMMARISE, Scope.DOCUMENT);
    TaskResult<Answers<WrittenText>> none =
        new TaskResult.Failed<>(TaskFailureCode.OUT_OF_MEMORY, "tried alone");
    Row staged = ChunkedItemsForTests.staged(new SummariesCodec(), List.of(none, none, none));
    Row result = ChunkedItemsForTests.result(staged, none, codec);
    Row document = only(documents(codec, ChunkOutput.NESTED), result);
    assertThat(document.<String>getAs("status")).isEqualTo("failed");
    assertThat(document.<String>getAs("summary")).isNull();
    assertThat(rows(document, "chunks")).hasSize(3);
  }

  @Test
  void theAnswerAboutAChunkIsInColumnsOfItsOwn() {
    Classification answer =
        new Classification(
            OptionalInt.empty(),
            Optional.of("a"),
            List.of("a"),
            false,
            OptionalDouble.empty(),
            List.of(new LabelScore("a", 0.9)),
            new Classification.Work(5, 0, 5, 0, 0));
    ClassificationsCodec codec = new ClassificationsCodec();
    ChunkColumns columns = new ChunkColumns(codec.columns());
    Row staged = ChunkedItemsForTests.staged(codec, List.of(ok(List.of(answer))));
    Map<String, Object> values = new LinkedHashMap<>();
    List<Object> all = columns.values(rows(staged, "chunks").get(0));
    for (int i = 0; i < all.size(); i++) {
      values.put(columns.schema().fieldNames()[i], all.get(i));
    }
    assertThat(values)
        .containsEntry("label", "a")
        .containsEntry("score", 0.9)
        .containsEntry("prompt_tokens", 5)
        .doesNotContainKeys("turn", "dropped_messages", "classifications", "unanswered");
  }

  @ParameterizedTest
  @EnumSource(VectorType.class)
  void vectorsOfEveryTypeAreStoredByChunkAndAltogether(VectorType type) {
    StoredVector vector = StoredVector.of(new float[] {0.25f, -1}, type);
    TaskOptions.Embed task =
        new TaskOptions.Embed(
            Unit.SESSION, "", "", Normalize.YES, 0, type, TaskOptions.TooLong.CHUNK);
    ResultCodec<?> codec = ChunkedItemsForTests.codec(task, Scope.DOCUMENT);
    Row staged =
        ChunkedItemsForTests.staged(
            new EmbeddingsCodec(type),
            List.of(ok(List.of(new Embedding(OptionalInt.empty(), vector, 5, 0, 1)))));
    Merged<MergedEmbedding> merged =
        new Merged<>(new MergedEmbedding(vector, 5, 0, 1), new TreeMap<>());
    Row result = ChunkedItemsForTests.result(staged, new TaskResult.Ok<>(merged), codec);
    Row document = only(documents(codec, ChunkOutput.NESTED), result);

    for (Row of : List.of(document, rows(document, "chunks").get(0))) {
      List<Number> numbers = of.getList(of.fieldIndex("vector"));
      assertThat(numbers.stream().map(Number::floatValue).toList())
          .containsExactly(vector.number(0), vector.number(1));
      if (type == VectorType.INT8) {
        assertThat(of.<Float>getAs("scale")).isEqualTo(vector.scale());
      }
    }
    assertThat(document.<String>getAs("status")).isEqualTo("ok");
    assertThat(codec.count(result)).containsOnlyKeys(codec.counters());
  }

  @Test
  void aCopyHasTheAnswersWithoutPlaces() {
    ExtractionsCodec codec = new ExtractionsCodec();
    Row staged =
        ChunkedItemsForTests.staged(
            codec, List.of(found("", ""), found("12 euros", ""), found("", "")));
    TaskResult<?> merged =
        new ChunkedTask<>(ExtractMerge.task(EXTRACT), true)
            .begin(staged, row -> ChunkRows.item(row, codec))
            .result();
    Row copy = ChunkedItemsForTests.staged(codec, List.of());
    Row result =
        ChunkedItemsForTests.result(
            copy, merged, ChunkedItemsForTests.codec(EXTRACT, Scope.DOCUMENT));
    Row answer = rows(result, "answers").get(0);
    assertThat(answer.<String>getAs("text")).isEqualTo("12 euros");
    assertThat(answer.isNullAt(answer.fieldIndex("start"))).isTrue();
  }
}

package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.config.OutputConfig.ChunkOutput;
import io.turnmill.job.config.OutputConfig.Layout;
import io.turnmill.job.report.Measure;
import io.turnmill.job.rows.CascadeCodec;
import io.turnmill.job.rows.MergedCodec;
import io.turnmill.job.rows.RejectedRows;
import io.turnmill.job.rows.RepliesCodec;
import io.turnmill.job.rows.ResultCodec;
import io.turnmill.job.rows.ResultRows;
import io.turnmill.job.rows.ResultTable;
import io.turnmill.job.rows.VariantCodec;
import io.turnmill.job.testing.ChunkedItemsForTests;
import io.turnmill.session.FieldNames;
import io.turnmill.session.RejectionCode;
import io.turnmill.session.Scope;
import io.turnmill.task.TaskFailureCode;
import io.turnmill.task.TaskOptions;
import io.turnmill.task.TaskOptions.Choice;
import io.turnmill.task.TaskOptions.Normalize;
import io.turnmill.task.TaskOptions.TooLong;
import io.turnmill.task.TaskOptions.VectorType;
import io.turnmill.task.Unit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** samples/FORMAT.md says what the code does. */
class FormatContractTest {
  private static final Path FORMAT = Path.of("../samples/FORMAT.md");

  /** Tasks whose answers about chunks are merged, by how the page calls them. */
  private static final Map<String, TaskOptions> OVER_CHUNKS =
      Map.of(
          "`classify` over chunks",
          new TaskOptions.Classify(
              Unit.SESSION,
              List.of(),
              Map.of(),
              "",
              "",
              "",
              new Choice(false, 0.5, 0, 0),
              TooLong.CHUNK),
          "`embed` over chunks",
          new TaskOptions.Embed(
              Unit.SESSION, "", "", Normalize.MODEL, 0, VectorType.FLOAT32, TooLong.CHUNK),
          "`extract`",
          new TaskOptions.Extract(Map.of("a", "What is it?"), "", "none"),
          "`summarise`",
          new TaskOptions.Summarise("", "", ""),
          "`ask`",
          new TaskOptions.Ask(
              Map.of("a", "What is it?"), TaskOptions.Retrieval.WORDS, 1, 0, 1, "", "none", ""));

  @Test
  void resultsHaveTheColumnsOfTheContract() throws IOException {
    Map<String, String> expected = new LinkedHashMap<>();
    addColumns(
        "", ResultRows.schema(new RepliesCodec(false)).add(ResultRows.BUCKET, "int"), expected);
    assertThat(columns("| column | type | meaning |", 0)).isEqualTo(expected);
  }

  @Test
  void resultsOfReplayHaveTheColumnsOfTheContractBesides() throws IOException {
    Map<String, String> expected = new LinkedHashMap<>();
    addColumns("", ResultRows.schema(new RepliesCodec(true)), expected);
    Map<String, String> common = new LinkedHashMap<>();
    addColumns("", ResultRows.schema(new RepliesCodec(false)), common);
    expected.keySet().removeAll(common.keySet());
    assertThat(columns("| column of `replay` and `rollout` | type | meaning |", 0))
        .isEqualTo(expected);
  }

  @Test
  void resultsOfVariantsAndOfACascadeHaveTheColumnsOfTheContractBesides() throws IOException {
    RepliesCodec codec = new RepliesCodec(false);
    assertThat(besides(new VariantCodec<>(codec, "a")))
        .isEqualTo(columns("| column with `variants` | type | meaning |", 0));
    assertThat(besides(new CascadeCodec<>(codec)))
        .isEqualTo(columns("| column with `cascade` | type | meaning |", 0));
  }

  /** The columns that a codec adds to those of replies. */
  private static Map<String, String> besides(ResultCodec<?> codec) {
    Map<String, String> all = new LinkedHashMap<>();
    addColumns("", ResultRows.schema(codec), all);
    Map<String, String> common = new LinkedHashMap<>();
    addColumns("", ResultRows.schema(new RepliesCodec(false)), common);
    all.keySet().removeAll(common.keySet());
    return all;
  }

  @Test
  void resultsByTurnHaveTheColumnsOfTheContractAndThoseOfAnAnswer() throws IOException {
    RepliesCodec codec = new RepliesCodec(true);
    Map<String, String> expected = new LinkedHashMap<>();
    addColumns("", ResultTable.of(codec, Layout.TURN, ChunkOutput.NESTED).schema(), expected);
    Map<String, String> nested = new LinkedHashMap<>();
    addColumns("", ResultRows.schema(codec), nested);
    nested.forEach(
        (name, type) -> {
          String column = name.replaceFirst("^replies[.]", "");
          if (name.startsWith("replies.") && !column.equals("turn")) {
            String inTurn = column.equals("content") ? "reply" : column;
            assertThat(expected.remove(inTurn)).as(inTurn).isEqualTo(type);
          }
        });
    assertThat(columns("| column of layout `turn` | type | meaning |", 0)).isEqualTo(expected);
  }

  @Test
  void everyCounterStandsInTheContract() throws IOException {
    String page = Files.readString(FORMAT);
    List<String> counters = new ArrayList<>(new CascadeCodec<>(new RepliesCodec(true)).counters());
    OVER_CHUNKS
        .values()
        .forEach(
            task -> counters.addAll(ChunkedItemsForTests.codec(task, Scope.DOCUMENT).counters()));
    for (String counter : counters) {
      assertThat(page).contains("`" + counter + "`");
    }
  }

  @Test
  void documentsHaveTheColumnsOfTheContractAndThoseOfTheirTask() throws IOException {
    for (Map.Entry<String, TaskOptions> of : OVER_CHUNKS.entrySet()) {
      MergedCodec<?> codec = ChunkedItemsForTests.codec(of.getValue(), Scope.DOCUMENT);
      Map<String, String> all = new LinkedHashMap<>();
      addColumns("", ResultTable.of(codec, Layout.SESSION, ChunkOutput.NESTED).schema(), all);
      all.keySet().removeIf(name -> name.startsWith("chunks."));
      Map<String, String> expected =
          new LinkedHashMap<>(columns("| column of `documents` | type | meaning |", 0));
      expected.putAll(columns("| column of " + of.getKey() + " | type | meaning |", 0));
      assertThat(all).as(of.getKey()).isEqualTo(expected);
    }
  }

  @Test
  void chunksHaveTheColumnsOfTheContractAndThoseOfTheirAnswer() throws IOException {
    Map<String, String> ofEvery = columns("| column of `chunks` | type | meaning |", 0);
    for (Map.Entry<String, TaskOptions> of : OVER_CHUNKS.entrySet()) {
      ResultCodec<?> codec = ChunkedItemsForTests.codec(of.getValue(), Scope.DOCUMENT);
      Map<String, String> all = new LinkedHashMap<>();
      addColumns("", ResultTable.ofChunks(codec, ChunkOutput.TABLE).orElseThrow().schema(), all);
      Map<String, String> expected = new LinkedHashMap<>(ofEvery);
      String kind = of.getValue().kind().wireName();
      if (of.getKey().endsWith("over chunks")) {
        String list = kind.equals("classify") ? "classifications" : "embeddings";
        columns("| column of `" + kind + "` | type | meaning |", 0)
            .forEach((name, type) -> expected.put(name.replace(list + ".", ""), type));
        expected.keySet().removeAll(Set.of(list, "turn", "scale", "chunks", "dropped_messages"));
        all.keySet().removeIf(name -> name.startsWith("scores.")); // listed for documents alone
      } else if (!kind.equals("ask")) { // without an encoder chunks are not asked about
        expected.putAll(columns("| column of `chunks` for `" + kind + "` | type | meaning |", 0));
      }
      assertThat(all).as(of.getKey()).isEqualTo(expected);
    }
  }

  @Test
  void everyMeasureOfVariantsStandsInTheContract() throws IOException {
    Set<String> measures = new TreeSet<>();
    for (String table : List.of("a variant", "two variants")) {
      measures.addAll(columns("| measure of " + table + " | meaning |", 0).keySet());
    }
    assertThat(measures)
        .isEqualTo(
            Stream.of(Measure.values())
                .map(Measure::field)
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void rejectedHasTheColumnsOfTheContract() throws IOException {
    Map<String, String> expected = new LinkedHashMap<>();
    addColumns("", RejectedRows.SCHEMA.add(ResultRows.BUCKET, "int"), expected);
    assertThat(columns("| column | type | meaning |", 1)).isEqualTo(expected);
  }

  @Test
  void rejectedHasTheColumnsOfTheContractForVariantsBesides() throws IOException {
    Map<String, String> expected = new LinkedHashMap<>();
    addColumns("", RejectedRows.schema(new VariantCodec<>(new RepliesCodec(false), "a")), expected);
    expected.keySet().removeAll(List.of(RejectedRows.SCHEMA.fieldNames()));
    assertThat(columns("| column of `rejected` with `variants` | type | meaning |", 0))
        .isEqualTo(expected);
  }

  @Test
  void everyCodeStandsInTheContractWithItsMeaning() throws IOException {
    assertThat(columns("| code | meaning |", 0))
        .isEqualTo(
            Stream.of(RejectionCode.values())
                .collect(Collectors.toMap(RejectionCode::wireName, RejectionCode::meaning)));
    assertThat(columns("| code of a failed session | meaning |", 0).keySet())
        .isEqualTo(
            Stream.of(TaskFailureCode.values())
                .map(TaskFailureCode::wireName)
                .collect(Collectors.toSet()));
  }

  @Test
  void everyScopeStandsInTheContract() throws IOException {
    String page = Files.readString(FORMAT);
    for (Scope scope : Scope.values()) {
      assertThat(page).contains("`" + scope.wireName() + "`");
    }
  }

  @Test
  void theUsualFieldNamesStandInTheContract() throws IOException {
    Map<String, String> table =
        columns("| part | usual field names, tried in this order | setting |", 0);
    FieldNames usual = FieldNames.USUAL;
    List<List<String>> parts =
        List.of(
            concat(usual.sessionId(), usual.wholeSessionId()),
            usual.turn(),
            usual.role(),
            usual.content(),
            usual.timestamp(),
            usual.messageId(),
            usual.tenant(),
            concat(usual.messages(), usual.sharegpt()));
    List<List<String>> documented =
        table.values().stream()
            .map(
                cell ->
                    Arrays.stream(cell.split("`", -1))
                        .filter(word -> word.matches("[A-Za-z_.]+"))
                        .toList())
            .toList();
    assertThat(documented).isEqualTo(parts);
  }

  private static List<String> concat(List<String> first, List<String> second) {
    List<String> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  private static void addColumns(String prefix, StructType type, Map<String, String> into) {
    for (StructField field : type.fields()) {
      String name = prefix + field.name();
      into.put(name, typeName(field.dataType()));
      if (field.dataType() instanceof ArrayType array
          && array.elementType() instanceof StructType struct) {
        addColumns(name + ".", struct, into);
      }
    }
  }

  private static String typeName(DataType type) {
    return type instanceof ArrayType array && array.elementType() instanceof StructType
        ? "array<struct>"
        : type.simpleString();
  }

  /** First cell, without its backticks, to second cell, of the n-th table with a head. */
  private static Map<String, String> columns(String head, int which) throws IOException {
    List<String> lines = Files.readAllLines(FORMAT);
    int at = -1;
    for (int n = 0; n <= which; n++) {
      at += 1 + lines.subList(at + 1, lines.size()).indexOf(head);
      assertThat(lines.get(at)).isEqualTo(head);
    }
    Map<String, String> cells = new LinkedHashMap<>();
    for (int i = at + 2; i < lines.size() && lines.get(i).startsWith("|"); i++) {
      String[] row = lines.get(i).split("\\|", -1);
      cells.put(row[1].strip().replace("`", ""), row[2].strip());
    }
    return cells;
  }
}

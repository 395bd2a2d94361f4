package io.turnmill.job.rows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of a chunk as readers of tables see it: its place, what became of asking about it,
 * and the answer. Where a chunk is asked one thing the fields of the answer are columns; where it
 * is asked several, which {@code unanswered} tells apart, there is a list of answers.
 */
final class ChunkColumns {
  /** What says nothing about a chunk, which is a text by itself and never longer than allowed. */
  private static final Set<String> OF_SESSIONS = Set.of("turn", "chunks", "dropped_messages");

  private static final StructType OF_EVERY_TASK = ChunkRows.chunk(new StructType());

  private final boolean hasSeveral;

  /** Of each list that is shown, in the order of the lists. */
  private final List<Shown> lists = new ArrayList<>();

  private final StructType schema;

  /**
   * @param ofTask the columns of the answers as they are staged, which are lists; none if chunks
   *     were not asked about
   */
  ChunkColumns(StructType ofTask) {
    hasSeveral = Arrays.stream(ofTask.fields()).anyMatch(ChunkColumns::tellsApart);
    StructType columns = OF_EVERY_TASK;
    for (StructField list : ofTask.fields()) {
      if (hasSeveral) {
        Shown shown = Shown.of(list, Map.of(UnansweredRows.FIELD, "question"));
        lists.add(shown);
        columns = columns.add(list.name(), new ArrayType(shown.columns, false));
      } else if (lists.isEmpty()) {
        Shown shown = Shown.of(list, Map.of("text", "summary"));
        lists.add(shown);
        columns = new StructType(concat(columns, shown.columns));
      }
    }
    schema = columns;
  }

  private static boolean tellsApart(StructField list) {
    return list.name().equals(UnansweredRows.COLUMN)
        && List.of(elements(list).fieldNames()).contains(UnansweredRows.FIELD);
  }

  private static StructType elements(StructField list) {
    return (StructType) ((ArrayType) list.dataType()).elementType();
  }

  private static StructField[] concat(StructType first, StructType second) {
    List<StructField> all = new ArrayList<>(List.of(first.fields()));
    all.addAll(List.of(second.fields()));
    return all.toArray(StructField[]::new);
  }

  /** The columns of a chunk. */
  StructType schema() {
    return schema;
  }

  /**
   * The values of the columns.
   *
   * @param chunk as {@link ChunkRows#chunk} describes it
   */
  List<Object> values(Row chunk) {
    int known = OF_EVERY_TASK.size();
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < known; i++) {
      values.add(chunk.get(i));
    }
    for (int i = 0; i < lists.size(); i++) {
      Shown shown = lists.get(i);
      List<Row> answers = chunk.isNullAt(known + i) ? List.of() : chunk.getList(known + i);
      if (hasSeveral) {
        values.add(
            answers.stream().map(of -> RowFactory.create(shown.values(of).toArray())).toArray());
      } else {
        Row none = RowFactory.create(new Object[shown.width]);
        values.addAll(shown.values(answers.isEmpty() ? none : answers.get(0)));
      }
    }
    return values;
  }

  /**
   * The fields of a list's elements that are shown.
   *
   * @param places their places in an element
   * @param columns the fields, by the names that they have for readers
   * @param width how many fields an element has
   */
  private record Shown(List<Integer> places, StructType columns, int width) {
    static Shown of(StructField list, Map<String, String> names) {
      StructField[] fields = elements(list).fields();
      List<Integer> places =
          IntStream.range(0, fields.length)
              .filter(place -> !OF_SESSIONS.contains(fields[place].name()))
              .boxed()
              .toList();
      StructType columns = new StructType();
      for (int place : places) {
        String name = fields[place].name();
        columns = columns.add(names.getOrDefault(name, name), fields[place].dataType());
      }
      return new Shown(places, columns, fields.length);
    }

    List<Object> values(Row element) {
      List<Object> values = new ArrayList<>();
      places.forEach(place -> values.add(element.get(place)));
      return values;
    }
  }
}

package io.turnmill.job.rows;

import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.turnmill.job.rows.ResultCodec.AnswerColumns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The table with one row for each answer, with the turn that it is about, and one for each turn
 * without an answer. The rows of a session are in the order of their turns. A session that failed,
 * or has no answer at all, has one row without a turn.
 */
final class TurnTable implements ResultTable {
  private static final String TURN = "turn";

  /** Before the first turn: what is about the whole session. */
  private static final int NO_TURN = -1;

  private static final List<String> LAST =
      List.of("carried", "rejected_messages", StagedRows.DUPLICATE_OF, "model_fingerprint");

  /** The columns that say whose answer it is. */
  private final List<String> ofSession;

  private final Optional<AnswerColumns> answers;
  private final boolean hasUnanswered;

  /** The task's columns that are about a session as a whole. */
  private final List<String> ofTask;

  private final StructType schema;

  TurnTable(ResultCodec<?> codec) {
    answers = codec.answers();
    ofSession =
        codec.variant().isPresent()
            ? List.of("session_id", "tenant", ResultRows.VARIANT)
            : List.of("session_id", "tenant");
    List<String> columns = List.of(codec.columns().fieldNames());
    hasUnanswered = columns.contains(UnansweredRows.COLUMN);
    String list = answers.map(AnswerColumns::list).orElse("");
    ofTask =
        columns.stream()
            .filter(name -> !name.equals(list) && !name.equals(UnansweredRows.COLUMN))
            .toList();
    schema = schema(ResultRows.schema(codec));
  }

  private StructType schema(StructType session) {
    List<StructField> fields = new ArrayList<>();
    ofSession.forEach(name -> fields.add(session.apply(name)));
    for (String name : List.of("status", "error_code", "error_detail")) {
      fields.add(session.apply(name));
    }
    StructType turn =
        new StructType().add(TURN, IntegerType).add("role", StringType).add("content", StringType);
    fields.addAll(List.of(turn.fields()));
    ofTask.forEach(name -> fields.add(session.apply(name)));
    answers.ifPresent(of -> fields.addAll(List.of(of.columns().fields()).subList(1, width())));
    LAST.forEach(name -> fields.add(session.apply(name)));
    return new StructType(fields.toArray(StructField[]::new));
  }

  /** How many fields an answer has. */
  private int width() {
    return answers.map(of -> of.columns().size()).orElse(1);
  }

  @Override
  public StructType schema() {
    return schema;
  }

  @Override
  public List<Row> rows(Row session) {
    Status status =
        new Status(
            session.getAs("status"), session.getAs("error_code"), session.getAs("error_detail"));
    List<Placed> rows = new ArrayList<>();
    if (status.name.equals(ResultRows.STATUS_OK)) {
      Map<Integer, Row> messages = messages(session);
      for (Row answer : answers.map(of -> rows(session, of.list())).orElse(List.of())) {
        OptionalInt turn = turn(answer);
        rows.add(placed(session, messages, turn, status, Optional.of(answer)));
      }
      for (Row turn : hasUnanswered ? rows(session, UnansweredRows.COLUMN) : List.<Row>of()) {
        Status why =
            new Status(
                ResultRows.STATUS_FAILED, turn.getAs("error_code"), turn.getAs("error_detail"));
        rows.add(placed(session, messages, turn(turn), why, withoutAnswer(turn)));
      }
    }
    if (rows.isEmpty()) {
      rows.add(placed(session, Map.of(), OptionalInt.empty(), status, Optional.empty()));
    }
    rows.sort(Comparator.comparingInt(Placed::turn)); // several answers about a turn stay in order
    return rows.stream().map(Placed::row).toList();
  }

  /** Says which part of the session has no answer, where its turn alone does not say it. */
  private Optional<Row> withoutAnswer(Row turn) {
    List<String> fields = answers.map(of -> List.of(of.columns().fieldNames())).orElse(List.of());
    if (!fields.contains(UnansweredRows.FIELD)) {
      return Optional.empty();
    }
    Object[] values = new Object[fields.size()];
    values[fields.indexOf(UnansweredRows.FIELD)] = turn.getAs(UnansweredRows.FIELD);
    return Optional.of(RowFactory.create(values));
  }

  /** The status of a row; code and detail are null unless it is one of a failure. */
  private record Status(String name, String code, String detail) {}

  private record Placed(int turn, Row row) {}

  private Placed placed(
      Row session,
      Map<Integer, Row> messages,
      OptionalInt turn,
      Status status,
      Optional<Row> answer) {
    Optional<Row> message = Optional.ofNullable(messages.get(turn.orElse(NO_TURN)));
    List<Object> values = new ArrayList<>();
    ofSession.forEach(name -> values.add(session.getAs(name)));
    values.addAll(Arrays.asList(status.name, status.code, status.detail));
    values.add(turn.isPresent() ? turn.getAsInt() : null);
    values.add(message.<Object>map(of -> of.getAs("role")).orElse(null));
    values.add(message.<Object>map(of -> of.getAs("content")).orElse(null));
    ofTask.forEach(name -> values.add(session.getAs(name)));
    for (int i = 1; i < width(); i++) {
      values.add(answer.isPresent() ? answer.get().get(i) : null);
    }
    LAST.forEach(name -> values.add(session.getAs(name)));
    return new Placed(turn.orElse(NO_TURN), RowFactory.create(values.toArray()));
  }

  private static Map<Integer, Row> messages(Row session) {
    Map<Integer, Row> messages = new HashMap<>();
    rows(session, StagedRows.MESSAGES).forEach(row -> messages.put(row.getAs(TURN), row));
    return messages;
  }

  private static List<Row> rows(Row session, String column) {
    return session.getList(session.fieldIndex(column));
  }

  private static OptionalInt turn(Row row) {
    Integer turn = row.getAs(TURN);
    return turn == null ? OptionalInt.empty() : OptionalInt.of(turn);
  }
}

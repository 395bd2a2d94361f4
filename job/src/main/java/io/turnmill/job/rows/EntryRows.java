package io.turnmill.job.rows;

import io.turnmill.session.KeyHash;
import io.turnmill.session.MessageEntry;
import io.turnmill.session.MessageEntry.Defect;
import io.turnmill.session.MessageEntry.Draft;
import io.turnmill.session.ParsedRecord;
import io.turnmill.session.ParsedRecord.Entry;
import io.turnmill.session.ParsedRecord.Rejected;
import io.turnmill.session.Place;
import io.turnmill.session.RejectionCode;
import io.turnmill.session.Role;
import io.turnmill.session.Scope;
import io.turnmill.session.SessionKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The rows that reading returns and grouping takes: one for each record of the archive, good or
 * rejected. They exist only within a run and may change between versions.
 */
public final class EntryRows {
  public static final String KEY_HASH = "key_hash";
  public static final String RANK = "rank";

  /** The columns by which the rows of one bucket are sorted before they are grouped. */
  public static final List<String> ORDER =
      List.of("tenant", "session_id", RANK, "source_file", "position");

  private static final int WHOLE = 0;
  private static final int MESSAGE = 1;
  private static final int REJECTED = 2;

  private static final StructType ITEM =
      new StructType()
          .add("turn", DataTypes.LongType)
          .add("role", DataTypes.StringType)
          .add("content", DataTypes.StringType)
          .add("micros", DataTypes.LongType)
          .add("unread_time", DataTypes.StringType)
          .add("message_id", DataTypes.StringType)
          .add("code", DataTypes.StringType)
          .add("detail", DataTypes.StringType);

  private static final StructType CARRIED =
      new StructType().add("name", DataTypes.StringType).add("value", DataTypes.StringType);

  /**
   * {@code rank} is 0 for a whole session, 1 for a message, 2 for a rejected record; {@code items}
   * are its messages, each good or with a code.
   */
  public static final StructType SCHEMA =
      new StructType()
          .add(KEY_HASH, DataTypes.LongType, false)
          .add(RANK, DataTypes.IntegerType, false)
          .add("tenant", DataTypes.StringType)
          .add("session_id", DataTypes.StringType)
          .add("source_file", DataTypes.StringType, false)
          .add("line", DataTypes.LongType)
          .add("position", DataTypes.LongType)
          .add("items", DataTypes.createArrayType(ITEM), false)
          .add("carried", DataTypes.createArrayType(CARRIED), false)
          .add("scope", DataTypes.StringType)
          .add("code", DataTypes.StringType)
          .add("detail", DataTypes.StringType);

  private EntryRows() {}

  public static Row encode(ParsedRecord record) {
    Place place = record.place();
    if (record instanceof Entry entry) {
      return RowFactory.create(
          KeyHash.of(entry.key()),
          entry.whole() ? WHOLE : MESSAGE,
          entry.key().tenant().orElse(null),
          entry.key().sessionId(),
          place.sourceFile(),
          Columns.orNull(place.line()),
          Columns.orNull(place.position()),
          entry.messages().stream().map(EntryRows::item).toArray(),
          entry.carried().entrySet().stream()
              .map(field -> RowFactory.create(field.getKey(), field.getValue()))
              .toArray(),
          null,
          null,
          null);
    }
    Rejected rejected = (Rejected) record;
    return RowFactory.create(
        KeyHash.of(place),
        REJECTED,
        rejected.tenant().orElse(null),
        rejected.sessionId().orElse(null),
        place.sourceFile(),
        Columns.orNull(place.line()),
        Columns.orNull(place.position()),
        new Object[0],
        new Object[0],
        rejected.scope().name(),
        rejected.code().name(),
        rejected.detail());
  }

  private static Row item(MessageEntry message) {
    if (message instanceof Draft draft) {
      return RowFactory.create(
          Columns.orNull(draft.turn()),
          draft.role().name(),
          draft.content(),
          draft.timestamp().map(EntryRows::micros).orElse(null),
          draft.unreadTime().orElse(null),
          draft.messageId().orElse(null),
          null,
          null);
    }
    Defect defect = (Defect) message;
    return RowFactory.create(
        null, null, null, null, null, null, defect.code().name(), defect.detail());
  }

  /** The place of a row's record. */
  public static Place place(Row row) {
    return new Place(
        row.getAs("source_file"), Columns.number(row, "line"), Columns.number(row, "position"));
  }

  public static ParsedRecord decode(Row row) {
    Place place = place(row);
    Optional<String> tenant = Columns.text(row, "tenant");
    int rank = row.getAs(RANK);
    if (rank == REJECTED) {
      return new Rejected(
          Scope.valueOf(row.getAs("scope")),
          place,
          RejectionCode.valueOf(row.getAs("code")),
          row.getAs("detail"),
          tenant,
          Columns.text(row, "session_id"));
    }
    List<Row> items = row.getList(row.fieldIndex("items"));
    List<Row> fields = row.getList(row.fieldIndex("carried"));
    Map<String, String> carried = new HashMap<>();
    fields.forEach(field -> carried.put(field.getString(0), field.getString(1)));
    return new Entry(
        new SessionKey(tenant, row.getAs("session_id")),
        place,
        rank == WHOLE,
        items.stream().map(EntryRows::message).toList(),
        carried);
  }

  /** Whether at least one row is a whole session, and none is a message. */
  public static boolean areSessions(Dataset<Row> rows) {
    Set<Integer> ranks =
        rows.select(RANK).collectAsList().stream()
            .map(row -> row.getInt(0))
            .collect(Collectors.toSet());
    return ranks.contains(WHOLE) && !ranks.contains(MESSAGE);
  }

  /** The contents of the good messages of some rows. */
  public static List<String> texts(List<Row> rows) {
    return rows.stream()
        .map(EntryRows::decode)
        .flatMap(record -> record instanceof Entry entry ? entry.messages().stream() : Stream.of())
        .flatMap(
            message -> message instanceof Draft draft ? Stream.of(draft.content()) : Stream.of())
        .toList();
  }

  private static MessageEntry message(Row item) {
    String code = item.getAs("code");
    if (code != null) {
      return new Defect(RejectionCode.valueOf(code), item.getAs("detail"));
    }
    OptionalLong micros = Columns.number(item, "micros");
    return new Draft(
        Columns.number(item, "turn"),
        Role.valueOf(item.<String>getAs("role").toUpperCase(Locale.ROOT)),
        item.getAs("content"),
        micros.isPresent()
            ? Optional.of(Instant.EPOCH.plus(micros.getAsLong(), ChronoUnit.MICROS))
            : Optional.empty(),
        Columns.text(item, "unread_time"),
        Columns.text(item, "message_id"));
  }

  /**
   * Microseconds since 1970, rounded down. Exact for all that fit a {@code long}: {@link
   * ChronoUnit#between} overflows outside of the years 1677 to 2262 on older JDKs.
   *
   * @throws ArithmeticException for other times, which no conversation has
   */
  static long micros(Instant instant) {
    long seconds = instant.getEpochSecond();
    long micros = instant.getNano() / 1000;
    // Before 1970 this counts back from the next second, because those of the earliest one
    // overflow.
    return seconds < 0
        ? Math.addExact(Math.multiplyExact(seconds + 1, 1_000_000L), micros - 1_000_000)
        : Math.addExact(Math.multiplyExact(seconds, 1_000_000L), micros);
  }
}

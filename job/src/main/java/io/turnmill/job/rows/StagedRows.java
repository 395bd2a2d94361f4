package io.turnmill.job.rows;

import io.turnmill.session.KeyHash;
import io.turnmill.session.Message;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import io.turnmill.session.SessionKey;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The rows of sessions that are grouped, ordered and checked, and that the model will be asked. */
public final class StagedRows {
  public static final String BUCKET = "bucket";
  public static final String MESSAGES = "messages";
  public static final String CARRIED = "carried";
  public static final String CHAR_COUNT = "char_count";
  public static final String SOURCE_FILE = "source_file";
  public static final String DUPLICATE_OF = "duplicate_of";
  public static final String COPIED = "copied";

  /** One message: {@code turn} from 0 without gaps. */
  public static final StructType MESSAGE =
      new StructType()
          .add("turn", DataTypes.IntegerType)
          .add("role", DataTypes.StringType)
          .add("content", DataTypes.StringType)
          .add("timestamp", DataTypes.TimestampType)
          .add("message_id", DataTypes.StringType);

  /**
   * One session: {@code record_count} records of the archive are in it, {@code rejected_messages}
   * of their messages were left out, {@code message_count} messages with together {@code
   * char_count} characters (code points) remain. Its first record is at {@code source_file}, {@code
   * line} and {@code position}, as in {@link RejectedRows}. A session with {@code duplicate_of} is
   * not asked: it gets the result of the session of that id and of its tenant, which is in the same
   * bucket and has {@code copied}.
   */
  public static final StructType SCHEMA =
      new StructType()
          .add(BUCKET, DataTypes.IntegerType)
          .add("tenant", DataTypes.StringType)
          .add("session_id", DataTypes.StringType)
          .add(MESSAGES, DataTypes.createArrayType(MESSAGE))
          .add(CARRIED, DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType))
          .add("record_count", DataTypes.IntegerType)
          .add("message_count", DataTypes.IntegerType)
          .add("rejected_messages", DataTypes.IntegerType)
          .add(CHAR_COUNT, DataTypes.LongType)
          .add(SOURCE_FILE, DataTypes.StringType)
          .add("line", DataTypes.LongType)
          .add("position", DataTypes.LongType)
          .add(DUPLICATE_OF, DataTypes.StringType)
          .add(COPIED, DataTypes.BooleanType);

  /** The column with what is known of the structure of a text, as JSON. */
  public static final String STRUCTURE = "structure";

  /** The column with the chunks of an item and what was answered about each. */
  public static final String CHUNKS = "chunks";

  /**
   * A document, or a chunk of a document or a session: its text is that of its only message, and
   * {@link StructureJson} reads what else is known of it.
   */
  public static final StructType STRUCTURED = SCHEMA.add(STRUCTURE, DataTypes.StringType);

  private StagedRows() {}

  /**
   * A document or a session with its chunks.
   *
   * @param chunks the type of the column of chunks
   */
  public static StructType chunked(DataType chunks) {
    return SCHEMA.add(CHUNKS, chunks);
  }

  /** The columns that the files of a bucket have: all but the folder's own. */
  public static StructType inBucket(StructType staged) {
    return new StructType(
        Arrays.stream(staged.fields())
            .filter(field -> !field.name().equals(BUCKET))
            .toArray(StructField[]::new));
  }

  /** The session of a row. */
  public static Session session(Row row) {
    List<Row> messages = row.getList(row.fieldIndex(MESSAGES));
    Map<String, String> carried = row.getJavaMap(row.fieldIndex(CARRIED));
    return new Session(key(row), messages.stream().map(StagedRows::message).toList(), carried);
  }

  /** The session of a row as its file has it, whose carried fields are entries of a map. */
  public static Session sessionOfEntries(Row row) {
    List<Row> messages = Columns.list(row, MESSAGES);
    List<Row> entries = Columns.list(row, CARRIED);
    Map<String, String> carried = new TreeMap<>();
    entries.forEach(entry -> carried.put(entry.getString(0), entry.getString(1)));
    return new Session(key(row), messages.stream().map(StagedRows::message).toList(), carried);
  }

  /** The identity of a row's session. */
  public static SessionKey key(Row row) {
    return new SessionKey(Columns.text(row, "tenant"), row.getAs("session_id"));
  }

  /** The texts of the messages of a row's session, in order. */
  public static List<String> texts(Row row) {
    List<Row> messages = Columns.list(row, MESSAGES);
    return messages.stream().map(message -> message.<String>getAs("content")).toList();
  }

  /** How many characters (code points) the messages of a row's session have. */
  public static long characters(Row row) {
    return row.<Long>getAs(CHAR_COUNT);
  }

  /** The session whose result is copied to a row's session, if it is a duplicate. */
  public static Optional<SessionKey> duplicateOf(Row row) {
    return Columns.text(row, DUPLICATE_OF)
        .map(kept -> new SessionKey(Columns.text(row, "tenant"), kept));
  }

  /** The session that is asked for the result of a row's session: itself, unless that is a copy. */
  public static SessionKey askedKey(Row row) {
    return duplicateOf(row).orElseGet(() -> key(row));
  }

  /** Whether the result of a row's session is copied to others. */
  public static boolean isCopied(Row row) {
    return row.<Boolean>getAs(COPIED);
  }

  /** The hash of a row's session, which occurs once. */
  public static long hash(Row row) {
    return KeyHash.of(key(row));
  }

  /** The messages of a session as the column holds them. */
  public static Object[] messages(Session session) {
    return session.messages().stream().map(StagedRows::row).toArray();
  }

  static long characters(Session session) {
    return session.messages().stream()
        .mapToLong(message -> message.content().codePointCount(0, message.content().length()))
        .sum();
  }

  private static Row row(Message message) {
    return RowFactory.create(
        message.turn(),
        message.role().wireName(),
        message.content(),
        message.timestamp().map(Timestamp::from).orElse(null),
        message.messageId().orElse(null));
  }

  private static Message message(Row row) {
    return new Message(
        row.<Integer>getAs("turn"),
        Role.valueOf(row.<String>getAs("role").toUpperCase(Locale.ROOT)),
        row.getAs("content"),
        Optional.ofNullable(row.getAs("timestamp")).map(StagedRows::instant),
        Columns.text(row, "message_id"));
  }

  /** Reads a timestamp, whose class depends on {@code spark.sql.datetime.java8API.enabled}. */
  private static Instant instant(Object value) {
    return value instanceof Timestamp timestamp ? timestamp.toInstant() : (Instant) value;
  }
}

package io.turnmill.job.rows;

import io.turnmill.clean.CleanCounts;
import io.turnmill.session.Assembled;
import io.turnmill.session.KeyHash;
import io.turnmill.session.ParsedRecord;
import io.turnmill.session.ParsedSession;
import io.turnmill.session.Place;
import io.turnmill.session.RejectionCode;
import io.turnmill.session.Scope;
import io.turnmill.session.Session;
import io.turnmill.session.SessionKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The rows of the staged data set: sessions, rejections and sessions that are left out of a sample,
 * told apart by the column {@code table}, so that one pass over the archive gives them all. Each
 * bucket has files of its own, with the schemas {@link #SESSIONS_IN_BUCKET} and {@link
 * #REJECTED_IN_BUCKET}.
 */
public final class StagingRows {
  public static final String TABLE = "table";
  public static final String SESSIONS = "sessions";
  public static final String REJECTED = "rejected";

  /** Sessions that are not in the sample: they are counted, and have no files. */
  public static final String LEFT_OUT = "left_out";

  /** How much of a session was changed when it was cleaned. */
  public static final String CLEANED = "cleaned";

  /** How many messages of a session each step of cleaning has changed. */
  private static final StructType CLEANED_MESSAGES =
      new StructType()
          .add("unicode", DataTypes.LongType)
          .add("whitespace", DataTypes.LongType)
          .add("dropped", DataTypes.LongType)
          .add("merged", DataTypes.LongType)
          .add("sessions", DataTypes.LongType);

  /**
   * Carried fields as an array of names and values, which the encoders of all Spark versions take.
   */
  public static final DataType CARRIED_ENTRIES =
      DataTypes.createArrayType(
          new StructType().add("key", DataTypes.StringType).add("value", DataTypes.StringType));

  /** The rows that the grouping function returns: {@code carried} is not yet a map. */
  public static final StructType ENCODED = schema(CARRIED_ENTRIES);

  /** The rows with {@code carried} as a map. */
  public static final StructType SCHEMA =
      schema(DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType));

  /**
   * The schema of the files of a bucket's sessions: {@link StagedRows} without the folder's own
   * column.
   */
  public static final StructType SESSIONS_IN_BUCKET = StagedRows.inBucket(StagedRows.SCHEMA);

  /** The schema of the files of a bucket's rejections. */
  public static final StructType REJECTED_IN_BUCKET = RejectedRows.SCHEMA;

  /** Documents and chunks as {@link #ENCODED} describes sessions. */
  public static final StructType STRUCTURED =
      ENCODED.add(StagedRows.STRUCTURE, DataTypes.StringType);

  /** The column {@link #CLEANED} of what is not cleaned. */
  public static final Row NOT_CLEANED = RowFactory.create(0L, 0L, 0L, 0L, 0L);

  private StagingRows() {}

  /** Columns of staged rows with {@link #CLEANED} besides. */
  public static StructType withCleaned(StructType columns) {
    return columns.add(CLEANED, CLEANED_MESSAGES);
  }

  /** The folder of the files of one table's bucket, below the staging folder. */
  public static String folder(String table, int bucket) {
    return TABLE + "=" + table + "/" + StagedRows.BUCKET + "=" + bucket;
  }

  /** A row with only the columns of a schema, taken by name from another row. */
  public static Row only(Row row, StructType schema) {
    return RowFactory.create(
        Arrays.stream(schema.fieldNames()).map(name -> row.<Object>getAs(name)).toArray());
  }

  private static StructType schema(DataType carried) {
    return new StructType()
        .add(TABLE, DataTypes.StringType)
        .add(StagedRows.BUCKET, DataTypes.IntegerType)
        .add("tenant", DataTypes.StringType)
        .add("session_id", DataTypes.StringType)
        .add("messages", DataTypes.createArrayType(StagedRows.MESSAGE))
        .add(StagedRows.CARRIED, carried)
        .add("record_count", DataTypes.IntegerType)
        .add("message_count", DataTypes.IntegerType)
        .add("rejected_messages", DataTypes.IntegerType)
        .add("char_count", DataTypes.LongType)
        .add("scope", DataTypes.StringType)
        .add("code", DataTypes.StringType)
        .add("detail", DataTypes.StringType)
        .add("source_file", DataTypes.StringType)
        .add("line", DataTypes.LongType)
        .add("position", DataTypes.LongType)
        .add(StagedRows.DUPLICATE_OF, DataTypes.StringType)
        .add(StagedRows.COPIED, DataTypes.BooleanType)
        .add(CLEANED, CLEANED_MESSAGES);
  }

  /**
   * All rows for one session id: its rejections, and then the session or its rejection.
   *
   * @param cleaned how much of the session was changed before it came here
   */
  public static List<Row> encode(int bucket, Assembled assembled, CleanCounts cleaned) {
    List<Row> rows = rejections(bucket, assembled);
    if (assembled.session() instanceof ParsedSession.Valid valid) {
      rows.add(session(bucket, valid, assembled.records(), cleaned));
    } else {
      ParsedSession.Rejected rejected = (ParsedSession.Rejected) assembled.session();
      rows.add(
          rejected(
              bucket,
              rejected.key().tenant(),
              Optional.of(rejected.key().sessionId()),
              assembled.records(),
              Scope.SESSION,
              rejected.code(),
              rejected.detail(),
              rejected.place()));
    }
    return rows;
  }

  /** All rows for one session id whose session is left out of the sample. */
  public static List<Row> leftOut(int bucket, Assembled assembled) {
    ParsedSession.Valid valid = (ParsedSession.Valid) assembled.session();
    List<Row> rows = rejections(bucket, assembled);
    rows.add(leftOut(bucket, valid, assembled.records()));
    return rows;
  }

  private static List<Row> rejections(int bucket, Assembled assembled) {
    List<Row> rows = new ArrayList<>(assembled.rejections().size() + 1);
    SessionKey key = assembled.session().key();
    for (Assembled.Rejection rejection : assembled.rejections()) {
      int records = rejection.scope() == Scope.RECORD ? 1 : 0;
      rows.add(
          rejected(
              bucket,
              key.tenant(),
              Optional.of(key.sessionId()),
              records,
              rejection.scope(),
              rejection.code(),
              rejection.detail(),
              rejection.place()));
    }
    return rows;
  }

  public static Row encode(int bucket, ParsedRecord.Rejected rejected) {
    return rejected(
        bucket,
        rejected.tenant(),
        rejected.sessionId(),
        rejected.scope() == Scope.RECORD ? 1 : 0,
        rejected.scope(),
        rejected.code(),
        rejected.detail(),
        rejected.place());
  }

  /** Turns what {@link #ENCODED} describes into what {@link #SCHEMA} describes. */
  public static Dataset<Row> finish(Dataset<Row> encoded) {
    return withCarried(encoded).select(Columns.of(SCHEMA));
  }

  /** Turns carried fields into a map. */
  public static Dataset<Row> withCarried(Dataset<Row> encoded) {
    return encoded.withColumn(
        StagedRows.CARRIED, functions.map_from_entries(functions.col(StagedRows.CARRIED)));
  }

  private static Row session(
      int bucket, ParsedSession.Valid valid, int records, CleanCounts cleaned) {
    Session session = valid.session();
    return RowFactory.create(
        SESSIONS,
        bucket,
        session.key().tenant().orElse(null),
        session.key().sessionId(),
        StagedRows.messages(session),
        entries(session),
        records,
        session.messages().size(),
        valid.rejectedMessages(),
        StagedRows.characters(session),
        null,
        null,
        null,
        valid.place().sourceFile(),
        Columns.orNull(valid.place().line()),
        Columns.orNull(valid.place().position()),
        null,
        false,
        RowFactory.create(
            cleaned.unicode(),
            cleaned.whitespace(),
            cleaned.dropped(),
            cleaned.merged(),
            cleaned.sessions()));
  }

  /**
   * The bucket of a chunk. The chunks of an item are dealt out from the item's own bucket on, so
   * that however few there are, no bucket has more than one of them more than another.
   *
   * @param number of the chunk in its item
   * @param buckets over how many buckets chunks are spread
   */
  public static int bucketOfChunk(SessionKey item, int number, int buckets) {
    return (int) (((long) KeyHash.bucket(item, buckets) + number) % buckets);
  }

  /**
   * The row of a chunk, in a bucket of its own.
   *
   * @param structure of {@link StagedRows#STRUCTURE}
   * @param bucket that of {@link #bucketOfChunk}
   * @param item the staged row of its document or session
   */
  public static Row chunk(Session chunk, String structure, int bucket, Row item) {
    return structured(
        chunk,
        structure,
        bucket,
        0,
        new Object[] {item.getAs("source_file"), item.getAs("line"), item.getAs("position")});
  }

  /** The row of a document that is a file of its own, or stands in one. */
  static Row structured(Session document, String structure, int buckets, String file) {
    int bucket = KeyHash.bucket(document.key(), buckets);
    return structured(document, structure, bucket, 1, new Object[] {file, null, null});
  }

  private static Row structured(
      Session of, String structure, int bucket, int records, Object[] place) {
    return RowFactory.create(
        SESSIONS,
        bucket,
        of.key().tenant().orElse(null),
        of.key().sessionId(),
        StagedRows.messages(of),
        entries(of),
        records,
        of.messages().size(),
        0,
        StagedRows.characters(of),
        null,
        null,
        null,
        place[0],
        place[1],
        place[2],
        null,
        false,
        NOT_CLEANED,
        structure);
  }

  /** The row of a file that did not become a document. */
  static Row rejectedDocument(int bucket, SessionKey key, String code, String detail, String file) {
    return RowFactory.create(
        REJECTED,
        bucket,
        key.tenant().orElse(null),
        key.sessionId(),
        null,
        null,
        1,
        null,
        null,
        null,
        Scope.DOCUMENT.wireName(),
        code,
        detail,
        file,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /** Carried fields as {@link #CARRIED_ENTRIES} describes them. */
  private static Object[] entries(Session session) {
    return session.carried().entrySet().stream()
        .map(field -> RowFactory.create(field.getKey(), field.getValue()))
        .toArray();
  }

  private static Row leftOut(int bucket, ParsedSession.Valid valid, int records) {
    return RowFactory.create(
        LEFT_OUT,
        bucket,
        valid.key().tenant().orElse(null),
        valid.key().sessionId(),
        null,
        null,
        records,
        valid.session().messages().size(),
        null,
        null,
        null,
        null,
        null,
        valid.place().sourceFile(),
        Columns.orNull(valid.place().line()),
        Columns.orNull(valid.place().position()),
        null,
        null,
        null);
  }

  private static Row rejected(
      int bucket,
      Optional<String> tenant,
      Optional<String> sessionId,
      int records,
      Scope scope,
      RejectionCode code,
      String detail,
      Place place) {
    return RowFactory.create(
        REJECTED,
        bucket,
        tenant.orElse(null),
        sessionId.orElse(null),
        null,
        null,
        records,
        null,
        null,
        null,
        scope.wireName(),
        code.wireName(),
        detail,
        place.sourceFile(),
        Columns.orNull(place.line()),
        Columns.orNull(place.position()),
        null,
        null,
        null);
  }

  /** Whether a row is a session that may be asked. */
  public static boolean isSession(Row row) {
    return SESSIONS.equals(row.getAs(TABLE));
  }

  /** How much of a session's row was changed. */
  public static CleanCounts cleaned(Row session) {
    Row counts = session.getAs(CLEANED);
    return new CleanCounts(
        counts.getAs("unicode"),
        counts.getAs("whitespace"),
        counts.getAs("dropped"),
        counts.getAs("merged"),
        counts.getAs("sessions"));
  }
}

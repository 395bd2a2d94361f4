package io.turnmill.job.rows;

import io.turnmill.session.SessionKey;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The small rows by which sessions are drawn and compared. They hold ids and hashes, no text. A
 * tenant is in a column that is never null, because Spark compares nulls with nothing.
 */
public final class ComparedRows {
  public static final String OWNER = "owner";
  public static final String SESSION_ID = "session_id";
  public static final String KEPT = "kept";
  public static final String DIGEST = "digest";
  public static final String BANDS = "bands";
  public static final String SIGNATURE = "signature";
  public static final String GROUP = "group";
  public static final String NUMBER = "number";

  /** The number of a session in its group of the sample. */
  public static final StructType NUMBERED =
      new StructType().add(GROUP, DataTypes.StringType).add(NUMBER, DataTypes.LongType);

  private static final StructType KEY =
      new StructType().add(OWNER, DataTypes.StringType).add(SESSION_ID, DataTypes.StringType);

  /** A session and the digest of its messages. */
  public static final StructType DIGESTS = KEY.add(DIGEST, DataTypes.StringType);

  /** A session with its MinHash: a hash of each band, and the signature. */
  public static final StructType HASHES =
      KEY.add(BANDS, DataTypes.createArrayType(DataTypes.LongType))
          .add(SIGNATURE, DataTypes.BinaryType);

  /** A session that is like another one of the same tenant, and that one's id. */
  public static final StructType PAIRS = KEY.add(KEPT, DataTypes.StringType);

  private static final String PRESENT = "=";

  private ComparedRows() {}

  /** A text that may not be there, as a text that always is. */
  public static String orEmpty(Optional<String> text) {
    return text.map(there -> PRESENT + there).orElse("");
  }

  /** The tenant of a session's row, as {@link #OWNER} has it. */
  public static String owner(Row session) {
    return orEmpty(Columns.text(session, "tenant"));
  }

  /** The identity of a session. */
  public static SessionKey key(String owner, String sessionId) {
    Optional<String> tenant =
        owner.isEmpty() ? Optional.empty() : Optional.of(owner.substring(PRESENT.length()));
    return new SessionKey(tenant, sessionId);
  }

  /** The value of a carried field of a session's row, as {@link #GROUP} has it. */
  public static String carried(Row session, String field) {
    return orEmpty(
        Optional.ofNullable(
            session.<String, String>getJavaMap(session.fieldIndex(StagedRows.CARRIED)).get(field)));
  }
}

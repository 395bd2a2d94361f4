package io.turnmill.job.config;

import io.turnmill.session.Role;
import io.turnmill.session.TimestampUnit;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * What to read and how to understand it.
 *
 * @param paths files, folders or globs of any Hadoop file system; at least one
 * @param format file format; AUTO goes by the file name, then by the first bytes
 * @param layout what one record is; AUTO decides for each record by its fields
 * @param fields names of the archive's fields
 * @param timestampUnit what numbers count in the field of the timestamp
 * @param carry further fields that go through to the result as text
 * @param roles the user's additions to the table of role names, lower case
 * @param missingSessionId what to do with a session record that has no id
 * @param maxRecordBytes longest record; a longer one is rejected, not read
 */
public record InputConfig(
    List<String> paths,
    Format format,
    Layout layout,
    Fields fields,
    TimestampUnit timestampUnit,
    List<String> carry,
    Map<String, Role> roles,
    MissingSessionId missingSessionId,
    int maxRecordBytes)
    implements Serializable {

  public enum Format {
    AUTO,
    JSONL,
    JSON,
    CSV,
    PARQUET
  }

  public enum Layout {
    AUTO,
    MESSAGES,
    SESSIONS,
    SHAREGPT
  }

  public enum MissingSessionId {
    REJECT,
    /** For records that hold a whole session: an id made of file name and place in the file. */
    DERIVE
  }

  /**
   * Field names; an empty name means that the archive has no such field, or that the usual names
   * are tried.
   */
  public record Fields(
      String sessionId,
      String turn,
      String role,
      String content,
      String timestamp,
      String messageId,
      String tenant,
      String messages)
      implements Serializable {}
}

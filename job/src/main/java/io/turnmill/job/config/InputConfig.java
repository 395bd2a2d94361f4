package io.turnmill.job.config;

import io.turnmill.job.config.Declare.Default;
import io.turnmill.job.config.Declare.Doc;
import io.turnmill.job.config.Declare.Operation;
import io.turnmill.job.config.Declare.Range;
import io.turnmill.job.config.Declare.Words;
import io.turnmill.session.Role;
import io.turnmill.session.TimestampUnit;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * What to read and how to understand it.
 *
 * @param roles names in lower case
 */
public record InputConfig(
    @Doc(
            "Files, folders or globs of any Hadoop file system with conversations; must be given"
                + " unless there are documents.")
        @Default("[]")
        @Words(value = "list of paths", item = "path")
        @Operation // what lies there is fingerprinted when it is read
        List<String> paths,
    @Doc("File format; auto goes by the file name, then by the first bytes.") @Default("auto")
        Format format,
    @Doc(
            "What one record holds: a message, a session, or a session as ShareGPT writes it; auto"
                + " goes by the fields of each record.")
        @Default("auto")
        Layout layout,
    Fields fields,
    @Doc(
            "What numbers count in the field of the timestamp; auto goes by their size (seconds to"
                + " nanoseconds since 1970), excel_days are the days of spreadsheets.")
        @Default("auto")
        TimestampUnit timestampUnit,
    @Doc("Further fields that go through to the results as text.")
        @Default("[]")
        @Words(value = "list of field names", item = "field name")
        List<String> carry,
    @Doc("Additions to the table of role names, such as { caller = user }.")
        @Default("{}")
        @Words("map from role names to system, user, assistant or tool")
        Map<String, Role> roles,
    @Doc(
            "A record of a whole session without an id: reject it, or derive an id from file name"
                + " and place.")
        @Default("reject")
        MissingSessionId missingSessionId,
    @Doc("Longest record; a longer one is rejected, not read.")
        @Default("16777216")
        @Range(from = 1024)
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
    SHAREGPT,
    /** What is read at {@code documents.paths}. */
    DOCUMENTS
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
      @Doc("Field with the session id." + USUAL) @Default("") @Words(NAME) String sessionId,
      @Doc("Field with a message's place in its session." + USUAL) @Default("") @Words(NAME)
          String turn,
      @Doc("Field that says who speaks." + USUAL) @Default("") @Words(NAME) String role,
      @Doc("Field with the text of a message." + USUAL) @Default("") @Words(NAME) String content,
      @Doc("Field that says when a message was sent." + USUAL) @Default("") @Words(NAME)
          String timestamp,
      @Doc("Field with the archive's own id of a message." + USUAL) @Default("") @Words(NAME)
          String messageId,
      @Doc("Field that says whose session it is." + USUAL) @Default("") @Words(NAME) String tenant,
      @Doc("Field with the list of messages of a session." + USUAL) @Default("") @Words(NAME)
          String messages)
      implements Serializable {
    static final String USUAL = " Empty: the usual names are tried.";
    static final String NAME = "field name";
  }
}

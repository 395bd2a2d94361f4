package io.turnmill.job.config;

import static io.turnmill.job.config.Setting.required;
import static io.turnmill.job.config.Setting.results;

import io.turnmill.session.Role;
import io.turnmill.session.TimestampUnit;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** {@code input.*}: what is read. */
final class InputSettings {
  static final Setting<List<String>> PATHS =
      required(
          "input.paths",
          new CollectionTypes.ListOf<>(Types.PATH, "list of paths", false),
          "Files, folders or globs of any Hadoop file system.",
          c -> c.input().paths());

  static final Setting<InputConfig.Format> FORMAT =
      results(
          "input.format",
          Types.oneOf(InputConfig.Format.class),
          InputConfig.Format.AUTO,
          "File format; auto goes by the file name, then by the first bytes.",
          c -> c.input().format());

  static final Setting<InputConfig.Layout> LAYOUT =
      results(
          "input.layout",
          Types.oneOf(InputConfig.Layout.class),
          InputConfig.Layout.AUTO,
          "What one record holds: a message, a session, or a session as ShareGPT writes it; auto"
              + " goes by the fields of each record.",
          c -> c.input().layout());

  static final Setting<String> SESSION_ID =
      field("session_id", "Field with the session id.", f -> f.sessionId());
  static final Setting<String> TURN =
      field("turn", "Field with a message's place in its session.", f -> f.turn());
  static final Setting<String> ROLE = field("role", "Field that says who speaks.", f -> f.role());
  static final Setting<String> CONTENT =
      field("content", "Field with the text of a message.", f -> f.content());
  static final Setting<String> TIMESTAMP =
      field("timestamp", "Field that says when a message was sent.", f -> f.timestamp());
  static final Setting<String> MESSAGE_ID =
      field("message_id", "Field with the archive's own id of a message.", f -> f.messageId());
  static final Setting<String> TENANT =
      field("tenant", "Field that says whose session it is.", f -> f.tenant());
  static final Setting<String> MESSAGES =
      field("messages", "Field with the list of messages of a session.", f -> f.messages());

  static final Setting<TimestampUnit> TIMESTAMP_UNIT =
      results(
          "input.timestamp_unit",
          Types.oneOf(TimestampUnit.class),
          TimestampUnit.AUTO,
          "What numbers count in the field of the timestamp; auto goes by their size (seconds to"
              + " nanoseconds since 1970), excel_days are the days of spreadsheets.",
          c -> c.input().timestampUnit());

  static final Setting<List<String>> CARRY =
      results(
          "input.carry",
          new CollectionTypes.ListOf<>(
              new ScalarTypes.Text("field name", false), "list of field names", true),
          List.of(),
          "Further fields that go through to the results as text.",
          c -> c.input().carry());

  static final Setting<Map<String, Role>> ROLES =
      results(
          "input.roles",
          new CollectionTypes.NamesTo<>(
              Types.ROLE, "map from role names to system, user, assistant or tool"),
          Map.of(),
          "Additions to the table of role names, such as { caller = user }.",
          c -> c.input().roles());

  static final Setting<InputConfig.MissingSessionId> MISSING_SESSION_ID =
      results(
          "input.missing_session_id",
          Types.oneOf(InputConfig.MissingSessionId.class),
          InputConfig.MissingSessionId.REJECT,
          "A record of a whole session without an id: reject it, or derive an id from file name"
              + " and place.",
          c -> c.input().missingSessionId());

  static final Setting<Integer> MAX_RECORD_BYTES =
      results(
          "input.max_record_bytes",
          Types.countFrom(1024),
          16 * 1024 * 1024,
          "Longest record; a longer one is rejected, not read.",
          c -> c.input().maxRecordBytes());

  static final List<Setting<?>> ALL =
      List.of(
          PATHS,
          FORMAT,
          LAYOUT,
          SESSION_ID,
          TURN,
          ROLE,
          CONTENT,
          TIMESTAMP,
          MESSAGE_ID,
          TENANT,
          MESSAGES,
          TIMESTAMP_UNIT,
          CARRY,
          ROLES,
          MISSING_SESSION_ID,
          MAX_RECORD_BYTES);

  private InputSettings() {}

  static InputConfig read(Values values) {
    return new InputConfig(
        values.get(PATHS),
        values.get(FORMAT),
        values.get(LAYOUT),
        new InputConfig.Fields(
            values.get(SESSION_ID),
            values.get(TURN),
            values.get(ROLE),
            values.get(CONTENT),
            values.get(TIMESTAMP),
            values.get(MESSAGE_ID),
            values.get(TENANT),
            values.get(MESSAGES)),
        values.get(TIMESTAMP_UNIT),
        values.get(CARRY),
        values.get(ROLES),
        values.get(MISSING_SESSION_ID),
        values.get(MAX_RECORD_BYTES));
  }

  private static Setting<String> field(
      String name, String meaning, Function<InputConfig.Fields, String> getter) {
    return results(
        "input.fields." + name,
        Types.OPTIONAL_NAME,
        "",
        meaning + " Empty: the usual names are tried.",
        c -> getter.apply(c.input().fields()));
  }
}

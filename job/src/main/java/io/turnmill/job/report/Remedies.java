package io.turnmill.job.report;

import io.turnmill.job.terminal.HumanFormat;
import io.turnmill.session.RejectionCode;
import io.turnmill.task.TaskFailureCode;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which setting may keep a code from occurring, where there is one. */
public final class Remedies {
  private static final Map<RejectionCode, String> REJECTED = rejected();

  /** Codes of sessions that follow from other codes. */
  private static final Set<String> CONSEQUENCES =
      Set.of(
          RejectionCode.NO_USER_TURN.wireName(),
          RejectionCode.BAD_MESSAGE.wireName(),
          RejectionCode.IN_UNREADABLE_FILE.wireName());

  private Remedies() {}

  /** All settings by the codes that they may change. */
  public static Map<String, String> settings() {
    Map<String, String> all = new HashMap<>();
    REJECTED.forEach((code, setting) -> all.put(code.wireName(), setting));
    all.put(TaskFailureCode.EXECUTOR_DIED.wireName(), "limits.max_executor_deaths");
    all.put(TaskFailureCode.OUT_OF_MEMORY.wireName(), "engine.max_model_len");
    return all;
  }

  /**
   * A sentence about the commonest code and the setting that may change it.
   *
   * @param byCode rows by code
   * @return nothing without any rows
   */
  public static Optional<String> sentence(Map<String, Long> byCode) {
    List<String> codes =
        byCode.entrySet().stream()
            .sorted(
                Map.Entry.<String, Long>comparingByValue()
                    .reversed()
                    .thenComparing(Map.Entry.comparingByKey()))
            .map(Map.Entry::getKey)
            .toList();
    return codes.stream()
        .filter(code -> !CONSEQUENCES.contains(code))
        .findFirst()
        .or(() -> codes.stream().findFirst())
        .map(code -> sentence(code, byCode.get(code)));
  }

  private static String sentence(String code, long rows) {
    String setting = settings().get(code);
    return "The commonest code is %s (%s)%s."
        .formatted(
            code,
            HumanFormat.count(rows, "row", "rows"),
            setting == null ? "" : "; see the setting " + setting);
  }

  private static Map<RejectionCode, String> rejected() {
    Map<RejectionCode, String> settings = new EnumMap<>(RejectionCode.class);
    settings.put(RejectionCode.MALFORMED_JSON, "input.format");
    settings.put(RejectionCode.NOT_AN_OBJECT, "input.format");
    settings.put(RejectionCode.MALFORMED_CSV, "input.format");
    settings.put(RejectionCode.RECORD_TOO_LARGE, "input.max_record_bytes");
    settings.put(RejectionCode.MISSING_SESSION_ID, "input.fields.session_id");
    settings.put(RejectionCode.BLANK_SESSION_ID, "input.fields.session_id");
    settings.put(RejectionCode.DUPLICATE_SESSION, "input.fields.session_id");
    settings.put(RejectionCode.NEAR_DUPLICATE_SESSION, "clean.near_duplicates");
    settings.put(RejectionCode.MISSING_MESSAGES, "input.fields.messages");
    settings.put(RejectionCode.MISSING_ROLE, "input.fields.role");
    settings.put(RejectionCode.UNKNOWN_ROLE, "input.roles");
    settings.put(RejectionCode.NO_USER_TURN, "input.roles");
    settings.put(RejectionCode.MISSING_CONTENT, "input.fields.content");
    settings.put(RejectionCode.UNSUPPORTED_CONTENT, "input.fields.content");
    settings.put(RejectionCode.INVALID_TURN, "input.fields.turn");
    settings.put(RejectionCode.DUPLICATE_TURN, "input.fields.turn");
    settings.put(RejectionCode.INVALID_TIMESTAMP, "input.fields.timestamp");
    settings.put(RejectionCode.BAD_MESSAGE, "check.bad_message");
    settings.put(RejectionCode.PROMPT_TOO_LONG, "check.too_long");
    settings.put(RejectionCode.TEMPLATE_REFUSED, "prompt.template");
    settings.put(RejectionCode.TEMPLATE_ERROR, "prompt.template");
    return settings;
  }
}

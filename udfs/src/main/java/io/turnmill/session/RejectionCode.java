package io.turnmill.session;

import java.util.Locale;

/** Why a record, a message or a session was rejected. The wire names are stable. */
public enum RejectionCode {
  MALFORMED_JSON("the record is not JSON"),
  NOT_AN_OBJECT("the record is JSON, but not an object"),
  MALFORMED_CSV("the record is not CSV, or has another number of columns than the header"),
  INVALID_UTF8("the record holds bytes that are not UTF-8"),
  RECORD_TOO_LARGE("the record is larger than input.max_record_bytes"),
  UNREADABLE_FILE("the file could not be read further from here"),
  MISSING_SESSION_ID("there is no session id"),
  BLANK_SESSION_ID("the session id is empty or blank"),
  MISSING_MESSAGES("a session record has no list of messages"),
  MISSING_ROLE("the message has no role"),
  UNKNOWN_ROLE("the role is not in the table of roles"),
  MISSING_CONTENT(
      "the message has no content, or null; or a field that is asked about is missing or blank"),
  EMPTY_CONTENT("the content is empty or blank"),
  UNSUPPORTED_CONTENT("the content is neither text nor a list of text parts"),
  INVALID_TURN("the turn is not a whole number"),
  INVALID_TIMESTAMP(
      "the timestamp is not a date and time of a known form, or lies outside of the years 1900 to"
          + " 2261"),
  DUPLICATE_TURN("another message stands at the same turn of the session"),
  DUPLICATE_SESSION(
      "another record holds a session of the same id, or another session has the same messages and"
          + " clean.duplicate_sessions = reject"),
  NEAR_DUPLICATE_SESSION(
      "another session has nearly the same messages, and clean.near_duplicates = reject"),
  IN_UNREADABLE_FILE(
      "a record of the session stands in a file that could not be read to its end, or a turn that"
          + " is missing may stand there"),
  BAD_MESSAGE("a message of the session was rejected, and check.bad_message = reject_session"),
  NO_USER_TURN("the session has no user turn"),
  NO_SUCH_TURN("the session has no turn of the kind that the task is about"),
  TEXT_TOO_LONG("the text does not fit the encoder, and the settings do not allow to cut it"),
  PROMPT_TOO_LONG("the prompt and the reply do not fit the model's context"),
  TEMPLATE_REFUSED("the model's chat template refused the conversation"),
  TEMPLATE_ERROR("the chat template could not be rendered for this conversation"),
  INTERNAL_ERROR("an exception ended the work on it; the detail says which, and in which step"),
  BUG("a fault of Turnmill ended the work on it; the log shows where, please report it");

  private final String meaning;

  RejectionCode(String meaning) {
    this.meaning = meaning;
  }

  /** The name in the {@code rejected} table: lower case, words joined by underscores. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** One line for people. */
  public String meaning() {
    return meaning;
  }
}

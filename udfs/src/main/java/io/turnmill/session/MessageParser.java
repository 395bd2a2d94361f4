package io.turnmill.session;

import io.turnmill.session.MessageEntry.Defect;
import io.turnmill.session.MessageEntry.Draft;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Reads one message. Its fields are checked in the order role, content, turn, message id, and the
 * first fault is its defect. A time that cannot be read is not a defect: what happens to the
 * message is decided when its session is put in order.
 */
record MessageParser(FieldNames names, RoleTable roles, Timestamps times) {
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  /** Reads a message from its fields. */
  MessageEntry parse(Map<?, ?> map) {
    Optional<Object> roleName = present(map, names.role());
    if (roleName.isEmpty()) {
      return new Defect(RejectionCode.MISSING_ROLE, Values.seenAndTried(map, names.role()));
    }
    Optional<Role> role =
        roleName.get() instanceof String text ? roles.find(text) : Optional.empty();
    if (role.isEmpty()) {
      return new Defect(RejectionCode.UNKNOWN_ROLE, roleShown(roleName.get()));
    }
    Optional<Object> value = Values.first(map, names.content());
    if (value.isEmpty()) {
      return new Defect(RejectionCode.MISSING_CONTENT, Values.seenAndTried(map, names.content()));
    }
    Content content = Content.parse(value.get());
    if (content instanceof Content.Unusable unusable) {
      return new Defect(unusable.code(), unusable.detail());
    }
    return draft(map, role.get(), ((Content.Text) content).text());
  }

  private static String roleShown(Object name) {
    return name instanceof String text
        ? "the role " + Values.shown(BLANKS.matcher(text.strip()).replaceAll(" "))
        : "the role is " + Values.kind(name);
  }

  private MessageEntry draft(Map<?, ?> map, Role role, String content) {
    Optional<Object> turnValue = present(map, names.turn());
    OptionalLong turn = turnValue.map(Turns::parse).orElse(OptionalLong.empty());
    if (turnValue.isPresent() && turn.isEmpty()) {
      return new Defect(
          RejectionCode.INVALID_TURN, said(map, names.turn(), Values.form(turnValue.get())));
    }
    Optional<String> messageId = present(map, names.messageId()).flatMap(Values::identifier);
    if (messageId.filter(Values::isIllFormed).isPresent()) {
      return new Defect(RejectionCode.INVALID_UTF8, "the message id is ill-formed");
    }
    Optional<Object> timeValue = present(map, names.timestamp());
    Optional<Instant> read = timeValue.flatMap(times::parse);
    Optional<Instant> time = read.filter(Timestamps::isOfAConversation);
    Optional<String> unread =
        timeValue
            .filter(value -> time.isEmpty())
            .map(
                value ->
                    read.isPresent() ? "outside of the years 1900 to 2261" : Values.form(value))
            .map(what -> said(map, names.timestamp(), what));
    return new Draft(turn, role, content, time, unread, messageId);
  }

  private static String said(Map<?, ?> map, List<String> tried, String what) {
    return "the field " + Values.nameOfFirst(map, tried) + " is " + what;
  }

  /** The first value that is neither null nor blank, such as an empty cell of a CSV file. */
  private static Optional<Object> present(Map<?, ?> map, List<String> names) {
    return Values.first(map, names)
        .filter(value -> !(value instanceof String text && Values.isBlank(text)));
  }
}

package io.turnmill.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.session.MessageEntry.Defect;
import io.turnmill.session.MessageEntry.Draft;
import io.turnmill.session.RecordParser.RecordLayout;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RecordParserTest {
  private static final Place PLACE =
      new Place("a/b.jsonl", OptionalLong.of(3), OptionalLong.of(120));
  private static final RecordParser PARSER = parser(RecordLayout.AUTO, false);

  private static RecordParser parser(RecordLayout layout, boolean derive) {
    return new RecordParser(
        FieldNames.USUAL, layout, RoleTable.common(), derive, TimestampUnit.AUTO);
  }

  @Test
  void aRecordWithoutListIsOneMessage() {
    ParsedRecord.Entry entry =
        entry(map("session_id", 17, "turn", "2.0", "role", " Human ", "content", "hi"));
    assertThat(entry.key()).isEqualTo(new SessionKey(Optional.empty(), "17"));
    assertThat(entry.whole()).isFalse();
    assertThat(entry.messages())
        .containsExactly(
            new Draft(
                OptionalLong.of(2),
                Role.USER,
                "hi",
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void sharegptTakesItsSystemPromptFromBesideTheList() {
    ParsedRecord.Entry entry =
        entry(
            map(
                "id",
                "x",
                "system",
                "Be brief.",
                "conversations",
                List.of(map("from", "human", "value", "hi"), map("from", "gpt", "value", "ho"))));
    assertThat(entry.whole()).isTrue();
    assertThat(entry.messages())
        .extracting(message -> ((Draft) message).role())
        .containsExactly(Role.SYSTEM, Role.USER, Role.ASSISTANT);
  }

  @Test
  void openAiBatchRequestsAreSessions() {
    ParsedRecord.Entry entry =
        entry(
            map(
                "custom_id",
                "request-1",
                "body",
                map("messages", List.of(map("role", "user", "content", "Hello")))));
    assertThat(entry.key().sessionId()).isEqualTo("request-1");
  }

  @Test
  void textPartsArePutTogether() {
    Object parts = List.of(map("type", "text", "text", "a"), map("type", "text", "value", "b"));
    assertThat(first(map("session_id", "s", "role", "user", "content", parts)))
        .isEqualTo(
            new Draft(NONE, Role.USER, "ab", Optional.empty(), Optional.empty(), Optional.empty()));
  }

  private static final OptionalLong NONE = OptionalLong.empty();

  @Test
  void otherPartsAreNotSupported() {
    Object parts = List.of(map("type", "text", "text", "a"), map("type", "image_url"));
    assertThat(first(map("session_id", "s", "role", "user", "content", parts)))
        .isEqualTo(
            new Defect(RejectionCode.UNSUPPORTED_CONTENT, "part 1 has the type \"image_url\""));
  }

  @Test
  void everyFaultOfAMessageHasItsCode() {
    assertThat(code(map("role", null, "content", "x"))).isEqualTo(RejectionCode.MISSING_ROLE);
    assertThat(code(map("role", " ", "content", "x"))).isEqualTo(RejectionCode.MISSING_ROLE);
    assertThat(code(map("role", "pirate", "content", "x"))).isEqualTo(RejectionCode.UNKNOWN_ROLE);
    assertThat(code(map("role", 3, "content", "x"))).isEqualTo(RejectionCode.UNKNOWN_ROLE);
    assertThat(code(map("role", "user"))).isEqualTo(RejectionCode.MISSING_CONTENT);
    assertThat(code(map("role", "user", "content", ""))).isEqualTo(RejectionCode.EMPTY_CONTENT);
    assertThat(code(map("role", "user", "content", "\u00a0\n\u3000")))
        .isEqualTo(RejectionCode.EMPTY_CONTENT);
    assertThat(code(map("role", "user", "content", List.of())))
        .isEqualTo(RejectionCode.EMPTY_CONTENT);
    assertThat(code(map("role", "user", "content", 5)))
        .isEqualTo(RejectionCode.UNSUPPORTED_CONTENT);
    assertThat(code(map("role", "user", "content", "\ud800!")))
        .isEqualTo(RejectionCode.INVALID_UTF8);
    assertThat(code(map("role", "user", "content", "x", "turn", 1.5)))
        .isEqualTo(RejectionCode.INVALID_TURN);
    assertThat(code(map("role", "user", "content", "x", "turn", new BigDecimal("1e999999999"))))
        .isEqualTo(RejectionCode.INVALID_TURN);
  }

  @Test
  void aTimeThatCannotBeReadIsShownByItsFormAlone() {
    assertThat(unreadTime("03/10/2024 02:30"))
        .contains(
            "the field created_at is text of 16 characters, of the form \"00/00/0000 00:00\"");
    assertThat(unreadTime("ask Ann"))
        .contains("the field created_at is text of 7 characters, of the form \"aaa aaa\"");
    assertThat(unreadTime(20240131100000L))
        .contains("the field created_at is outside of the years 1900 to 2261");
    assertThat(unreadTime(List.of())).contains("the field created_at is a list");
    assertThat(unreadTime(Double.NaN)).isEmpty();
  }

  private static Optional<String> unreadTime(Object time) {
    Draft draft =
        (Draft) first(map("session_id", "s", "role", "user", "content", "x", "created_at", time));
    assertThat(draft.timestamp()).isEmpty();
    return draft.unreadTime();
  }

  @Test
  void detailsNameWhatWasTriedAndWhatIsThere() {
    Map<String, Object> record = new LinkedHashMap<>();
    record.put("who", "user");
    record.put("what does Ann say?", "x");
    record.put("chat", 7);
    assertThat(rejected(PARSER, record).detail())
        .isEqualTo(
            "tried session_id, sessionId, conversation_id, conversationId;"
                + " there is who, chat and 1 more");
    record.put("session_id", " ");
    assertThat(rejected(PARSER, record).detail())
        .isEqualTo("the field session_id has nothing but white space");
    record.put("session_id", 1.5);
    assertThat(rejected(PARSER, record).detail()).isEqualTo("the field session_id is a number");
    record.put("session_id", "s");
    assertThat(((Defect) first(record)).detail())
        .isEqualTo("tried role, from, speaker; there is who, chat, session_id and 1 more");
    record.put("role", "user");
    assertThat(((Defect) first(record)).detail())
        .isEqualTo("tried content, value, text; there is who, chat, session_id, role and 1 more");
  }

  @Test
  void anUnknownRoleIsShownShortAndHarmless() {
    Defect defect =
        (Defect)
            first(map("session_id", "s", "role", "x\u001b[31m" + "y".repeat(60), "content", "t"));
    assertThat(defect.detail()).isEqualTo("the role \"x\\u001b[31m" + "y".repeat(34) + "…\"");
  }

  @Test
  void everyFaultOfARecordHasItsCode() {
    assertThat(rejected(PARSER, map("role", "user")).code())
        .isEqualTo(RejectionCode.MISSING_SESSION_ID);
    assertThat(rejected(PARSER, map("session_id", List.of())).detail())
        .isEqualTo("the field session_id is a list");
    assertThat(rejected(PARSER, map("session_id", " ")).code())
        .isEqualTo(RejectionCode.BLANK_SESSION_ID);
    assertThat(rejected(PARSER, map("id", "a message's own id", "content", "x")).code())
        .isEqualTo(RejectionCode.MISSING_SESSION_ID);
    ParsedRecord.Rejected noList =
        rejected(PARSER, map("session_id", "s", "tenant", "t", "messages", 3));
    assertThat(noList.code()).isEqualTo(RejectionCode.MISSING_MESSAGES);
    assertThat(noList.sessionId()).contains("s");
    assertThat(noList.tenant()).contains("t");
    assertThat(
            rejected(parser(RecordLayout.SHAREGPT, false), map("id", "s", "messages", List.of()))
                .code())
        .isEqualTo(RejectionCode.MISSING_MESSAGES);
  }

  @Test
  void anIdIsDerivedForWholeSessionsOnly() {
    RecordParser parser = parser(RecordLayout.AUTO, true);
    ParsedRecord whole = parser.parse(map("messages", List.of()), PLACE, Map.of());
    assertThat(((ParsedRecord.Entry) whole).key().sessionId()).isEqualTo("a/b.jsonl#120");
    assertThat(rejected(parser, map("content", "x")).code())
        .isEqualTo(RejectionCode.MISSING_SESSION_ID);
  }

  @Test
  void mappedNamesMayBePathsAndReplaceTheUsualOnes() {
    FieldNames names = FieldNames.of("meta.conv", "", "who", "said", "", "", "org", "");
    RecordParser parser =
        new RecordParser(names, RecordLayout.AUTO, RoleTable.common(), false, TimestampUnit.AUTO);
    ParsedRecord parsed =
        parser.parse(
            map("meta", map("conv", "c1"), "who", "客服", "said", "您好", "org", "acme"),
            PLACE,
            Map.of());
    ParsedRecord.Entry entry = (ParsedRecord.Entry) parsed;
    assertThat(entry.key()).isEqualTo(new SessionKey(Optional.of("acme"), "c1"));
    assertThat(((Draft) entry.messages().get(0)).role()).isEqualTo(Role.ASSISTANT);
    assertThat(rejected(parser, map("session_id", "s")).code())
        .isEqualTo(RejectionCode.MISSING_SESSION_ID);
  }

  @Test
  void usersExtendTheTableOfRoles() {
    RoleTable table = RoleTable.common().with(Map.of("sys", Role.ASSISTANT, "bot", Role.TOOL));
    assertThat(table.find("SYS")).contains(Role.ASSISTANT);
    assertThat(table.find("bot")).contains(Role.TOOL);
    assertThat(RoleTable.common().find("sys")).isEmpty();
    assertThat(table.find("用户")).contains(Role.USER);
  }

  private static RejectionCode code(Map<String, Object> message) {
    Map<String, Object> record = new HashMap<>(message);
    record.put("session_id", "s");
    return ((Defect) first(record)).code();
  }

  private static MessageEntry first(Map<String, Object> record) {
    return entry(record).messages().get(0);
  }

  private static ParsedRecord.Entry entry(Map<String, Object> record) {
    return (ParsedRecord.Entry) PARSER.parse(record, PLACE, Map.of());
  }

  private static ParsedRecord.Rejected rejected(RecordParser parser, Map<String, Object> record) {
    return (ParsedRecord.Rejected) parser.parse(record, PLACE, Map.of());
  }

  private static Map<String, Object> map(Object... pairs) {
    Map<String, Object> map = new HashMap<>();
    for (List<Object> pair : pairs(Arrays.asList(pairs))) {
      map.put((String) pair.get(0), pair.get(1));
    }
    return map;
  }

  private static List<List<Object>> pairs(List<Object> flat) {
    return java.util.stream.IntStream.range(0, flat.size() / 2)
        .mapToObj(i -> flat.subList(2 * i, 2 * i + 2))
        .toList();
  }
}

package io.turnmill.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.turnmill.session.MessageEntry.Defect;
import io.turnmill.session.MessageEntry.Draft;
import io.turnmill.session.ParsedRecord.Entry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SessionAssemblerTest {
  private static final SessionKey KEY = new SessionKey(Optional.empty(), "s");
  private static final Instant NOON = Instant.parse("2024-05-01T12:00:00Z");
  private static final OptionalLong NONE = OptionalLong.empty();

  @Test
  void ordersByTurnWhereEveryMessageHasOneAndNumbersAnew() {
    List<Entry> entries =
        List.of(
            message(0, draft(OptionalLong.of(30), Role.USER, "c", NOON)),
            message(1, draft(OptionalLong.of(-2), Role.USER, "a", NOON.plusSeconds(9))),
            message(2, draft(OptionalLong.of(7), Role.ASSISTANT, "b", NOON.plusSeconds(1))));
    Session session = valid(entries).session();
    assertThat(texts(session)).containsExactly("a", "b", "c");
    assertThat(session.messages()).extracting(Message::turn).containsExactly(0, 1, 2);
  }

  @Test
  void ordersByTimestampWhereATurnIsMissing() {
    List<Entry> entries =
        List.of(
            message(0, draft(OptionalLong.of(0), Role.USER, "b", NOON.plusSeconds(5))),
            message(1, draft(NONE, Role.ASSISTANT, "c", NOON.plusSeconds(5))),
            message(2, draft(OptionalLong.of(1), Role.USER, "a", NOON)));
    assertThat(texts(valid(entries).session())).containsExactly("a", "b", "c");
  }

  @Test
  void ordersByPlaceWhereNeitherIsComplete() {
    List<Entry> entries =
        List.of(
            message(0, draft(OptionalLong.of(9), Role.USER, "a")),
            message(1, draft(NONE, Role.ASSISTANT, "b", NOON)),
            message(2, draft(OptionalLong.of(1), Role.USER, "c", NOON.minusSeconds(1))));
    assertThat(texts(valid(entries).session())).containsExactly("a", "b", "c");
  }

  @Test
  void aTimeThatCannotBeReadCostsNoMessageWhereOrderIsKnownWithoutIt() {
    Draft unread = unread(Role.ASSISTANT, "b");
    assertLosesItsTime(
        whole(0, draft(NONE, Role.USER, "a", NOON), unread, draft(NONE, Role.USER, "c", NOON)));
    assertLosesItsTime(whole(0, draft(NONE, Role.USER, "a"), unread, draft(NONE, Role.USER, "c")));
    assertLosesItsTime(
        message(0, draft(NONE, Role.USER, "a", NOON)),
        message(1, unread),
        message(2, draft(NONE, Role.USER, "c")));
    OptionalLong turn = OptionalLong.of(1);
    assertLosesItsTime(
        message(2, draft(OptionalLong.of(2), Role.USER, "c", NOON)),
        message(
            1,
            new Draft(
                turn, Role.ASSISTANT, "b", Optional.empty(), Optional.of("?"), Optional.empty())),
        message(0, draft(OptionalLong.of(0), Role.USER, "a", NOON)));
  }

  @Test
  void aTimeThatCannotBeReadOfTheOnlyMessageCostsTheTimeAlone() {
    List<Entry> alone = List.of(message(0, unread(Role.USER, "a")));
    assertThat(texts(valid(alone).session())).containsExactly("a");
    assertThat(SessionAssembler.assemble(alone, rules(true, false)).rejections())
        .containsExactly(
            new Assembled.Rejection(
                Scope.TIMESTAMP, place(0), RejectionCode.INVALID_TIMESTAMP, "?"));
  }

  private static void assertLosesItsTime(Entry... entries) {
    Assembled assembled = SessionAssembler.assemble(List.of(entries), rules(true, false));
    Session session = ((ParsedSession.Valid) assembled.session()).session();
    assertThat(texts(session)).containsExactly("a", "b", "c");
    assertThat(session.messages().get(1).timestamp()).isEmpty();
    assertThat(assembled.rejections())
        .extracting(Assembled.Rejection::scope, Assembled.Rejection::code)
        .containsExactly(tuple(Scope.TIMESTAMP, RejectionCode.INVALID_TIMESTAMP));
    assertThat(((ParsedSession.Valid) assembled.session()).rejectedMessages()).isZero();
  }

  @Test
  void aTimeThatCannotBeReadCostsTheMessageWhereTimesOrder() {
    assertLosesItsMessage(
        message(0, draft(NONE, Role.USER, "c", NOON.plusSeconds(1))),
        message(1, unread(Role.ASSISTANT, "b")),
        message(2, draft(NONE, Role.USER, "a", NOON)));
    assertLosesItsMessage(
        message(0, draft(NONE, Role.USER, "a", NOON)),
        message(1, unread(Role.ASSISTANT, "b")),
        message(2, draft(NONE, Role.USER, "c", NOON.plusSeconds(1))));
    assertLosesItsMessage(
        whole(
            0,
            draft(NONE, Role.USER, "c", NOON.plusSeconds(1)),
            unread(Role.ASSISTANT, "b"),
            draft(NONE, Role.USER, "a", NOON)));
  }

  private static void assertLosesItsMessage(Entry... entries) {
    Assembled assembled = SessionAssembler.assemble(List.of(entries), rules(false, false));
    assertThat(texts(((ParsedSession.Valid) assembled.session()).session()))
        .containsExactly("a", "c");
    assertThat(assembled.rejections())
        .extracting(Assembled.Rejection::scope, Assembled.Rejection::code)
        .containsExactly(tuple(Scope.MESSAGE, RejectionCode.INVALID_TIMESTAMP));
  }

  private static Draft unread(Role role, String text) {
    return new Draft(NONE, role, text, Optional.empty(), Optional.of("?"), Optional.empty());
  }

  @Test
  void aBadMessageGoesAloneAndDoesNotDecideTheOrder() {
    List<Entry> entries =
        List.of(
            message(0, draft(OptionalLong.of(1), Role.ASSISTANT, "b")),
            message(1, new Defect(RejectionCode.INVALID_TURN, "x")),
            message(2, draft(OptionalLong.of(0), Role.USER, "a")));
    Assembled assembled = SessionAssembler.assemble(entries, rules(false, false));
    assertThat(texts(valid(entries).session())).containsExactly("a", "b");
    assertThat(valid(entries).rejectedMessages()).isEqualTo(1);
    assertThat(assembled.records()).isEqualTo(3);
    assertThat(assembled.rejections())
        .containsExactly(
            new Assembled.Rejection(Scope.MESSAGE, place(1), RejectionCode.INVALID_TURN, "x"));
  }

  @Test
  void aBadMessageTakesItsSessionAlongIfToldTo() {
    List<Entry> entries =
        List.of(
            message(0, draft(NONE, Role.USER, "a")),
            message(1, new Defect(RejectionCode.EMPTY_CONTENT, "")));
    Assembled assembled = SessionAssembler.assemble(entries, rules(true, false));
    assertThat(assembled.session())
        .isEqualTo(
            new ParsedSession.Rejected(
                KEY,
                place(0),
                RejectionCode.BAD_MESSAGE,
                "1 good messages, 1 rejected: {empty_content=1}"));
    assertThat(assembled.rejections()).hasSize(1);
  }

  @Test
  void ofEqualTurnsTheFirstByPlaceStays() {
    List<Entry> entries =
        List.of(
            message(0, draft(OptionalLong.of(4), Role.USER, "a")),
            message(1, draft(OptionalLong.of(4), Role.USER, "b")));
    Assembled assembled = SessionAssembler.assemble(entries, rules(false, false));
    assertThat(texts(valid(entries).session())).containsExactly("a");
    assertThat(assembled.rejections())
        .containsExactly(
            new Assembled.Rejection(
                Scope.MESSAGE, place(1), RejectionCode.DUPLICATE_TURN, "turn 4"));
  }

  @Test
  void aRepeatedTurnExplainsNoGapWhereFilesAreLostAndABadMessageDoes() {
    Entry begin = message(0, draft(OptionalLong.of(0), Role.USER, "a"));
    Entry one = message(1, draft(OptionalLong.of(1), Role.USER, "b"));
    Entry same = message(2, draft(OptionalLong.of(1), Role.USER, "c"));
    Entry bad = message(2, new MessageEntry.Defect(RejectionCode.EMPTY_CONTENT, ""));
    Entry end = message(3, draft(OptionalLong.of(3), Role.USER, "d"));
    assertThat(
            SessionAssembler.assemble(List.of(begin, one, same, end), rules(false, true)).session())
        .isInstanceOfSatisfying(
            ParsedSession.Rejected.class,
            session -> assertThat(session.code()).isEqualTo(RejectionCode.IN_UNREADABLE_FILE));
    assertThat(
            SessionAssembler.assemble(List.of(begin, one, bad, end), rules(false, true)).session())
        .isInstanceOf(ParsedSession.Valid.class);
  }

  @Test
  void ofARepeatedSessionInALostFileTheRowOfTheFileSays() {
    Entry first = whole(0, draft(NONE, Role.USER, "a"));
    Entry lost = whole(1, draft(NONE, Role.USER, "b")).lost();
    Assembled assembled = SessionAssembler.assemble(List.of(first, lost), rules(true, true));
    assertThat(texts(((ParsedSession.Valid) assembled.session()).session())).containsExactly("a");
    assertThat(assembled.rejections()).isEmpty();
  }

  @Test
  void ofTwoWholeSessionsTheFirstStays() {
    Entry first = whole(0, draft(NONE, Role.USER, "a"));
    Entry second = whole(1, draft(NONE, Role.USER, "b"));
    Assembled assembled = SessionAssembler.assemble(List.of(first, second), rules(true, false));
    assertThat(texts(((ParsedSession.Valid) assembled.session()).session())).containsExactly("a");
    assertThat(assembled.records()).isEqualTo(1);
    assertThat(assembled.rejections())
        .containsExactly(
            new Assembled.Rejection(
                Scope.RECORD,
                place(1),
                RejectionCode.DUPLICATE_SESSION,
                "the session stands in f.jsonl"));
  }

  @Test
  void aWholeSessionWinsOverSingleMessages() {
    Entry single = message(0, draft(NONE, Role.USER, "a"));
    Entry whole = whole(1, draft(NONE, Role.USER, "b"));
    Assembled assembled = SessionAssembler.assemble(List.of(single, whole), rules(false, false));
    assertThat(texts(((ParsedSession.Valid) assembled.session()).session())).containsExactly("b");
    assertThat(assembled.rejections())
        .extracting(Assembled.Rejection::place)
        .containsExactly(place(0));
  }

  private static SessionAssembler.Rules rules(boolean badMessageRejects, boolean filesLost) {
    return new SessionAssembler.Rules(badMessageRejects, filesLost, true);
  }

  @Test
  void aSessionWithoutUserTurnIsRejectedOnlyIfOneIsNeeded() {
    List<Entry> said = List.of(message(0, draft(NONE, Role.ASSISTANT, "a")));
    Assembled spared =
        SessionAssembler.assemble(said, new SessionAssembler.Rules(true, false, false));
    assertThat(texts(((ParsedSession.Valid) spared.session()).session())).containsExactly("a");
    Entry bad = message(0, new MessageEntry.Defect(RejectionCode.EMPTY_CONTENT, ""));
    Assembled nothing =
        SessionAssembler.assemble(List.of(bad), new SessionAssembler.Rules(false, false, false));
    assertThat(nothing.session())
        .isEqualTo(
            new ParsedSession.Rejected(
                KEY,
                place(0),
                RejectionCode.NO_USER_TURN,
                "0 good messages, 1 rejected: {empty_content=1}"));

    Assembled assembled = SessionAssembler.assemble(said, rules(false, false));
    assertThat(assembled.session())
        .isEqualTo(
            new ParsedSession.Rejected(
                KEY, place(0), RejectionCode.NO_USER_TURN, "1 good messages, 0 rejected"));
  }

  @Test
  void carriesTheValueOfTheFirstMessageThatHasIt() {
    List<Entry> entries =
        List.of(
            carrying(0, draft(OptionalLong.of(2), Role.USER, "c"), Map.of("x", "2", "z", "9")),
            carrying(1, draft(OptionalLong.of(0), Role.USER, "a"), Map.of()),
            carrying(2, draft(OptionalLong.of(1), Role.USER, "b"), Map.of("x", "1")));
    assertThat(valid(entries).session().carried()).isEqualTo(Map.of("x", "1", "z", "9"));
  }

  @Test
  void theTextOfAConversationIsInNoToString() {
    Entry entry = whole(0, draft(NONE, Role.USER, "secret"));
    Assembled assembled =
        SessionAssembler.assemble(List.of(entry, entry.emptied()), rules(false, false));
    assertThat(entry + " " + entry.messages() + assembled).doesNotContain("secret");
  }

  private static ParsedSession.Valid valid(List<Entry> entries) {
    return (ParsedSession.Valid) SessionAssembler.assemble(entries, rules(false, false)).session();
  }

  private static List<String> texts(Session session) {
    return session.messages().stream().map(Message::content).toList();
  }

  private static Draft draft(OptionalLong turn, Role role, String text) {
    return new Draft(turn, role, text, Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static Draft draft(OptionalLong turn, Role role, String text, Instant time) {
    return new Draft(turn, role, text, Optional.of(time), Optional.empty(), Optional.empty());
  }

  private static Place place(int position) {
    return new Place("f.jsonl", OptionalLong.empty(), OptionalLong.of(position));
  }

  private static Entry message(int position, MessageEntry message) {
    return carrying(position, message, Map.of());
  }

  private static Entry carrying(int position, MessageEntry message, Map<String, String> carried) {
    return new Entry(KEY, place(position), false, List.of(message), carried);
  }

  private static Entry whole(int position, MessageEntry... messages) {
    return new Entry(KEY, place(position), true, List.of(messages), Map.of());
  }
}

package io.turnmill.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.session.ParsedRecord.Entry;
import io.turnmill.session.RecordParser.RecordLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The same conversation, good or with faults, gives the same session in every layout. */
class LayoutsAgreeTest {
  private static final RecordParser PARSER =
      new RecordParser(
          FieldNames.USUAL, RecordLayout.AUTO, RoleTable.common(), false, TimestampUnit.AUTO);

  @Property(tries = 500)
  void messagesInAnyOrderEqualTheWholeSession(
      @ForAll("conversations") List<Map<String, Object>> messages,
      @ForAll long seed,
      @ForAll boolean rejectSession) {
    Assembled whole = assemble(List.of(record("messages", messages, 0)), rejectSession);

    List<Map<String, Object>> shuffled = new ArrayList<>(messages);
    Collections.shuffle(shuffled, new Random(seed));
    List<Entry> entries = new ArrayList<>();
    for (Map<String, Object> message : shuffled) {
      Map<String, Object> record = new HashMap<>(message);
      record.put("session_id", "s");
      entries.add((Entry) PARSER.parse(record, place(entries.size()), Map.of()));
    }
    assertSame(assemble(entries, rejectSession), whole);

    List<Map<String, Object>> renamed = messages.stream().map(LayoutsAgreeTest::sharegpt).toList();
    assertSame(assemble(List.of(record("conversations", renamed, 0)), rejectSession), whole);
  }

  private static void assertSame(Assembled one, Assembled other) {
    assertThat(sessionOrCode(one)).isEqualTo(sessionOrCode(other));
    assertThat(codes(one)).isEqualTo(codes(other));
  }

  private static Object sessionOrCode(Assembled assembled) {
    return assembled.session() instanceof ParsedSession.Rejected rejected
        ? rejected.code() + rejected.detail()
        : assembled.session();
  }

  private static List<RejectionCode> codes(Assembled assembled) {
    return assembled.rejections().stream()
        .map(Assembled.Rejection::code)
        .sorted(Comparator.naturalOrder())
        .toList();
  }

  private static Assembled assemble(List<Entry> entries, boolean rejectSession) {
    return SessionAssembler.assemble(
        entries, new SessionAssembler.Rules(rejectSession, false, true));
  }

  private static Entry record(String field, List<Map<String, Object>> messages, int position) {
    return (Entry)
        PARSER.parse(Map.of("session_id", "s", field, messages), place(position), Map.of());
  }

  private static Map<String, Object> sharegpt(Map<String, Object> message) {
    Map<String, Object> renamed = new HashMap<>();
    message.forEach(
        (name, value) ->
            renamed.put(
                name.equals("role") ? "from" : name.equals("content") ? "value" : name, value));
    return renamed;
  }

  private static Place place(int position) {
    return new Place("f", OptionalLong.empty(), OptionalLong.of(position));
  }

  @Provide
  Arbitrary<List<Map<String, Object>>> conversations() {
    Arbitrary<String> role = Arbitraries.of("user", "Human", "gpt", "客服", "system", "pirate", "");
    Arbitrary<String> content = Arbitraries.of("hello", "您好\n", "", " ", "x");
    return role.flatMap(who -> content.map(text -> List.of(who, text)))
        .list()
        .ofMaxSize(10)
        .map(
            pairs -> {
              List<Map<String, Object>> messages = new ArrayList<>();
              for (List<String> pair : pairs) {
                Map<String, Object> message = new HashMap<>();
                message.put("role", pair.get(0));
                message.put(
                    "content", pair.get(1) + (pair.get(1).isBlank() ? "" : messages.size()));
                message.put("turn", messages.size());
                messages.add(message);
              }
              return messages;
            })
        .filter(messages -> !messages.isEmpty());
  }
}

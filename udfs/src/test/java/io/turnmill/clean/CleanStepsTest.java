package io.turnmill.clean;

import static io.turnmill.clean.TalksForTests.lines;
import static io.turnmill.clean.TalksForTests.talk;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.session.Message;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import io.turnmill.session.SessionKey;
import io.turnmill.session.Values;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class CleanStepsTest {
  private static final CleanSteps WHITESPACE = new CleanSteps(UnicodeForm.NONE, true, false, false);
  private static final CleanSteps DROP = new CleanSteps(UnicodeForm.NONE, false, true, false);
  private static final CleanSteps MERGE = new CleanSteps(UnicodeForm.NONE, false, false, true);

  private static CleanSteps unicode(UnicodeForm form) {
    return new CleanSteps(form, false, false, false);
  }

  private static String cleaned(CleanSteps steps, String text) {
    return steps.clean(talk("s", "user: " + text)).session().messages().get(0).content();
  }

  @Example
  void runsOfBlanksBecomeOneSpaceAndTheEndsGo() {
    assertThat(cleaned(WHITESPACE, " \t Where  is\t\tmy \u00a0order ? \n"))
        .isEqualTo("Where is my order ?");
    assertThat(cleaned(WHITESPACE, "\u3000\u3000我的订单\u3000 在哪里？\u3000")).isEqualTo("我的订单 在哪里？");
  }

  @Example
  void atMostOneEmptyLineStaysAndLinesEndWithLineFeed() {
    assertThat(cleaned(WHITESPACE, "one  \r\n\r\n \t\r\n\r\ntwo\rthree\u2028 four"))
        .isEqualTo("one\n\ntwo\nthree\n four");
    assertThat(cleaned(WHITESPACE, "第一行\n\n\n\n第二行")).isEqualTo("第一行\n\n第二行");
  }

  @Example
  void nfcComposesLettersAndNfkcMakesTheUsualFormsBesides() {
    assertThat(cleaned(unicode(UnicodeForm.NFC), "Cafe\u0301 ＡＢ ﬁ")).isEqualTo("Caf\u00e9 ＡＢ ﬁ");
    assertThat(cleaned(unicode(UnicodeForm.NFKC), "Cafe\u0301 ＡＢ ﬁ ①，"))
        .isEqualTo("Caf\u00e9 AB fi 1,");
  }

  @Example
  void aMessageThatRepeatsTheOneBeforeIsDropped() {
    Cleaned cleaned =
        DROP.clean(
            talk("s", "user: 你好", "user: 你好", "user: 你好", "assistant: 你好", "user: Hi", "user: hi"));

    assertThat(lines(cleaned.session()))
        .containsExactly("user: 你好", "assistant: 你好", "user: Hi", "user: hi");
    assertThat(cleaned.session().messages().get(1).messageId()).contains("m3");
    assertThat(cleaned.counts()).isEqualTo(new CleanCounts(0, 0, 2, 0, 1));
  }

  @Example
  void consecutiveMessagesOfOneRoleBecomeOneWithTheTimeAndTheIdOfTheFirst() {
    Cleaned cleaned =
        MERGE.clean(
            talk(
                "s",
                "system: Be brief.",
                "user: Hello",
                "user: Anyone?",
                "assistant: Yes",
                "user: 好"));

    assertThat(lines(cleaned.session()))
        .containsExactly(
            "system: Be brief.", "user: Hello\n\nAnyone?", "assistant: Yes", "user: 好");
    Message merged = cleaned.session().messages().get(1);
    assertThat(merged.messageId()).contains("m1");
    assertThat(merged.timestamp()).contains(Instant.ofEpochSecond(1));
    assertThat(cleaned.session().carried()).isEqualTo(Map.of("channel", "web"));
    assertThat(cleaned.counts()).isEqualTo(new CleanCounts(0, 0, 0, 1, 1));
  }

  @Example
  void messagesAreCountedByTheStepsThatChangeThem() {
    CleanSteps all = new CleanSteps(UnicodeForm.NFKC, true, true, true);
    Cleaned cleaned =
        all.clean(
            talk(
                "s",
                "user: Ｈello",
                "user: Hello ",
                "user: you  there",
                "assistant: Ｙes  !",
                "user: Good"));

    assertThat(lines(cleaned.session()))
        .containsExactly("user: Hello\n\nyou there", "assistant: Yes !", "user: Good");
    assertThat(cleaned.counts()).isEqualTo(new CleanCounts(2, 3, 1, 1, 1));
  }

  @Example
  void withoutAnyStepASessionStaysAsItIs() {
    Session session = talk("s", "user:  a  ", "user:  a  ");

    assertThat(CleanSteps.NONE.clean(session)).isEqualTo(new Cleaned(session, CleanCounts.NONE));
  }

  @Property
  void whatIsCleanIsNotChangedAgain(
      @ForAll("steps") CleanSteps steps, @ForAll("sessions") Session session) {
    Cleaned once = steps.clean(session);
    Cleaned twice = steps.clean(once.session());

    assertThat(lines(twice.session())).isEqualTo(lines(once.session()));
    assertThat(twice.counts()).isEqualTo(CleanCounts.NONE);
  }

  @Property
  void everySessionKeepsItsUserTurnsAndNoMessageBecomesBlank(
      @ForAll("steps") CleanSteps steps, @ForAll("sessions") Session session) {
    Cleaned cleaned = steps.clean(session);
    List<Message> messages = cleaned.session().messages();

    assertThat(messages).noneMatch(message -> Values.isBlank(message.content()));
    assertThat(messages)
        .extracting(Message::turn)
        .isEqualTo(IntStream.range(0, messages.size()).boxed().toList());
    assertThat(cleaned.session().userTurns().isEmpty()).isEqualTo(session.userTurns().isEmpty());
    assertThat(messages.size() + cleaned.counts().dropped() + cleaned.counts().merged())
        .isEqualTo(session.messages().size());
  }

  @Provide
  Arbitrary<CleanSteps> steps() {
    Arbitrary<Boolean> flag = Arbitraries.of(true, false);
    return Combinators.combine(Arbitraries.of(UnicodeForm.class), flag, flag, flag)
        .as(CleanSteps::new);
  }

  @Provide
  Arbitrary<Session> sessions() {
    Arbitrary<String> texts =
        Arbitraries.strings()
            .withChars(" \t\n\r\u00a0\u3000\u2028ae\u0301\u0308Ａﬁ①好，\u00a8\ufdfa")
            .ofMinLength(1)
            .ofMaxLength(8)
            .filter(text -> !Values.isBlank(text));
    Arbitrary<Role> roles = Arbitraries.of(Role.class);
    return Combinators.combine(roles.list().ofSize(6), texts.list().ofSize(6))
        .as(CleanStepsTest::session);
  }

  private static Session session(List<Role> roles, List<String> texts) {
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < roles.size(); i++) {
      messages.add(new Message(i, roles.get(i), texts.get(i), Optional.empty(), Optional.empty()));
    }
    return new Session(new SessionKey(Optional.empty(), "s"), messages, Map.of());
  }
}

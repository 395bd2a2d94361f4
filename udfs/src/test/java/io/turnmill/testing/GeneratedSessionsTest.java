package io.turnmill.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.session.Message;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Conversations for tests and benches that need many. */
class GeneratedSessionsTest {
  private static final List<Session> SOME =
      LongStream.range(0, 2000).mapToObj(GeneratedSessions::of).toList();

  @Test
  void aNumberGivesTheSameConversationInAnyOrder() {
    for (int i = SOME.size() - 1; i >= 0; i--) {
      assertThat(GeneratedSessions.of(i)).isEqualTo(SOME.get(i));
    }
  }

  @Test
  void hardlyTwoNumbersGiveTheSameConversation() {
    Set<List<Message>> different = new HashSet<>();
    SOME.forEach(session -> different.add(session.messages()));
    assertThat(different).hasSizeGreaterThan(SOME.size() * 9 / 10);
  }

  @Test
  void speakersTakeTurnsAndTheUserHasTheLastWord() {
    for (Session session : SOME) {
      List<Message> messages = session.messages();
      assertThat(messages).hasSizeBetween(1, 39);
      assertThat(messages.get(messages.size() - 1).role()).isEqualTo(Role.USER);
      IntStream.range(0, messages.size())
          .forEach(
              i -> {
                assertThat(messages.get(i).turn()).isEqualTo(i);
                assertThat(messages.get(i).role())
                    .isEqualTo(i % 2 == 0 ? Role.USER : Role.ASSISTANT);
                assertThat(messages.get(i).content()).isNotBlank().doesNotContain("%");
              });
    }
  }
}

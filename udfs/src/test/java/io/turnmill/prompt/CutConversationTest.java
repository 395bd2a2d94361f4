package io.turnmill.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CutConversationTest {
  /** Messages are letters here, and those of the system capital ones. */
  @ParameterizedTest
  @CsvSource({
    "abc, 0, abc",
    "abc, 1, bc",
    "Sabc, 2, Sc",
    "STabc, 1, STbc",
    "abSc, 1, bSc",
    "abSc, 2, Sc",
    "SabTcd, 3, STd",
    "ab, 9, ''"
  })
  void theOldestMessagesAreDroppedButNoneOfTheSystem(String said, int dropped, String kept) {
    List<Character> messages = said.chars().mapToObj(letter -> (char) letter).toList();
    assertThat(CutConversation.kept(messages, dropped, Character::isUpperCase))
        .isEqualTo(kept.chars().mapToObj(letter -> (char) letter).toList());
  }
}

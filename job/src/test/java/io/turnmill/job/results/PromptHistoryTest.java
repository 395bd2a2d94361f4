package io.turnmill.job.results;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.results.PromptHistory.Place;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Messages are named by their numbers, and the model's reply to message 2 by "2!". */
class PromptHistoryTest {
  private static PromptFacts task(String kind) {
    return new PromptFacts(kind, false, false);
  }

  /** A session by the first letters of its roles. */
  private static PromptHistory history(PromptFacts facts, String roles, Long... replied) {
    List<Place> messages =
        IntStream.range(0, roles.length())
            .mapToObj(i -> new Place(i, role(roles.charAt(i))))
            .toList();
    return new PromptHistory(facts, messages, Set.of(replied));
  }

  private static String role(char letter) {
    return switch (letter) {
      case 's' -> "system";
      case 'u' -> "user";
      case 'a' -> "assistant";
      default -> "tool";
    };
  }

  private static String shown(PromptHistory history, long turn, int dropped) {
    return history.shown(turn, dropped).stream()
        .map(entry -> entry.message() + (entry.isReply() ? "!" : ""))
        .collect(Collectors.joining(" "));
  }

  @Test
  void aReplayShowsTheArchiveUpToTheTurn() {
    PromptHistory history = history(task("replay"), "suauau", 1L, 3L, 5L);
    assertThat(shown(history, 3, 0)).isEqualTo("0 1 2 3");
    assertThat(shown(history, 5, 2)).isEqualTo("0 3 4 5");
  }

  @Test
  void aSystemMessageInTheMiddleIsNeverDropped() {
    assertThat(shown(history(task("reply"), "suausu", 5L), 5, 3)).isEqualTo("0 4 5");
  }

  @Test
  void aRolloutShowsItsOwnRepliesRightAfterTheirTurns() {
    PromptHistory history = history(task("rollout"), "suatuau", 1L, 4L, 6L);
    assertThat(shown(history, 6, 0)).isEqualTo("0 1 1! 3 4 4! 6");
    assertThat(shown(history, 6, 3))
        .as("replies are dropped with their turns")
        .isEqualTo("0 4 4! 6");
  }

  @Test
  void aMessageThatIsContinuedIsShown() {
    PromptFacts facts = new PromptFacts("reply", false, true);
    assertThat(shown(history(facts, "uaua", 2L), 2, 2)).isEqualTo("2 3");
    assertThat(history(facts, "uaua", 2L).isContinued()).isTrue();
    assertThat(shown(history(facts, "uauat", 2L), 2, 0))
        .as("a message by another is not continued")
        .isEqualTo("0 1 2");
  }

  @Test
  void aTemplateIsShownWholeSessionsByReplyOnly() {
    assertThat(shown(history(new PromptFacts("reply", true, false), "uaua", 2L), 2, 0))
        .isEqualTo("0 1 2 3");
    assertThat(shown(history(new PromptFacts("replay", true, false), "uaua", 0L, 2L), 0, 0))
        .isEqualTo("0");
  }

  @Test
  void ofATurnThatIsNotThereNothingWasShown() {
    assertThat(shown(history(task("replay"), "ua", 7L), 7, 0)).isEmpty();
  }
}

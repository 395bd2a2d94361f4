package io.turnmill.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.session.Message;
import io.turnmill.session.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionTextTest {
  private static final SessionText SESSION =
      SessionText.of(
          List.of(
              Message.of(0, Role.USER, "Do you have tea?\n\nI like tea."),
              Message.of(1, Role.ASSISTANT, "Yes, we do. It is hot."),
              Message.of(2, Role.USER, "How much is a cup? Is milk extra?"),
              Message.of(3, Role.ASSISTANT, "Three. Milk is free.")));

  @Test
  void eachTurnIsAParagraphAfterItsRole() {
    assertThat(SESSION.document().text())
        .isEqualTo(
            """
            user: Do you have tea?

            I like tea.

            assistant: Yes, we do. It is hot.

            user: How much is a cup? Is milk extra?

            assistant: Three. Milk is free.""");
    assertThat(SESSION.document().turns()).containsExactly(0, 37, 72, 113);
  }

  @Test
  void aSessionIsCutBetweenTurns() {
    List<Chunk> chunks = DocumentsForTests.chunks(SESSION.document(), 23, 0);

    assertThat(chunks)
        .extracting(SESSION::turns)
        .containsExactly(new TurnRange(0, 1), new TurnRange(2, 3));
  }

  @Test
  void anOverlapBeginsWithATurnWhereOneFits() {
    List<Chunk> chunks = DocumentsForTests.chunks(SESSION.document(), 27, 0.5);

    assertThat(chunks)
        .extracting(SESSION::turns)
        .containsExactly(new TurnRange(0, 1), new TurnRange(1, 2), new TurnRange(2, 3));
  }

  @Test
  void aTurnThatDoesNotFitIsCutBetweenItsParagraphs() {
    SessionText session =
        SessionText.of(
            List.of(
                Message.of(0, Role.USER, "Do you have tea?\n\nI like tea. I like hot tea."),
                Message.of(1, Role.ASSISTANT, "Yes, we do. It is hot.")));

    List<Chunk> chunks = DocumentsForTests.chunks(session.document(), 11, 0);

    assertThat(chunks)
        .extracting(session::turns)
        .containsExactly(new TurnRange(0, 0), new TurnRange(0, 0), new TurnRange(1, 1));
  }
}

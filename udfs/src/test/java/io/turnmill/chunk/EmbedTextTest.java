package io.turnmill.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.document.Span;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmbedTextTest {
  private static final Chunk CHUNK =
      new Chunk(0, new Span(0, 12), 0, 3, 0, 0, List.of("Term", "Renewal"));

  @Test
  void thePathOfHeadingsStandsBeforeTheText() {
    assertThat(EmbedText.of(CHUNK, "It goes on.")).isEqualTo("Term > Renewal\n\nIt goes on.");
  }

  @Test
  void theHighestHeadingsAreLeftOutWhereThePathDoesNotFit() {
    assertThat(EmbedText.of(CHUNK, "It goes on.", DocumentsForTests::words, 7))
        .isEqualTo("Term > Renewal\n\nIt goes on.");
    assertThat(EmbedText.of(CHUNK, "It goes on.", DocumentsForTests::words, 6))
        .isEqualTo("Renewal\n\nIt goes on.");
    assertThat(EmbedText.of(CHUNK, "It goes on.", DocumentsForTests::words, 4))
        .isEqualTo("It goes on.");
  }
}

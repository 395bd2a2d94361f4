package io.turnmill.torch.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** How places of a text are filled. */
class SourceTextTest {

  @Test
  void aPlaceInsideALineIsReplaced() {
    assertThat(SourceText.fill("x = ${a} + ${b}\n", Map.of("a", "1", "b", "${a}${a}")))
        .isEqualTo("x = 1 + 11\n");
  }

  @Test
  void aPlaceAloneOnALineTakesAnyNumberOfLinesAtItsIndentation() {
    String text = "def f():\n  ${body}\n  return y\n";
    assertThat(
            SourceText.fill(text, Map.of("body", "if x:\n  ${more}\n\ny = 2", "more", "y = 1\n")))
        .isEqualTo("def f():\n  if x:\n    y = 1\n\n  y = 2\n  return y\n");
    assertThat(SourceText.fill(text, Map.of("body", ""))).isEqualTo("def f():\n  return y\n");
  }

  @Test
  void whatDoesNotFitIsABug() {
    assertThatThrownBy(() -> SourceText.fill("x = ${a}", Map.of("b", "")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("A source has a place a, for which there is no part. This is a bug.");
    assertThatThrownBy(() -> SourceText.fill("x = ${a}", Map.of("a", "1\n2")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("The part a of a source has several lines. This is a bug.");
    assertThatThrownBy(() -> SourceText.read("decoder/none"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("There is no source decoder/none. This is a bug.");
  }

  @Test
  void numbersAreThoseOfTorchScript() {
    assertThat(SourceText.number(0.5)).isEqualTo("0.5");
    assertThat(SourceText.number(-1e-7)).isEqualTo("(-1.0E-7)");
  }
}

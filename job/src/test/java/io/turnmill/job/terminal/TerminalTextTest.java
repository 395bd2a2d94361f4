package io.turnmill.job.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Width, wrapping, tables and the showing of control characters. */
class TerminalTextTest {

  @Test
  void wideCharactersTakeTwoColumnsAndMarksNone() {
    assertThat(TextWidth.of("abc")).isEqualTo(3);
    assertThat(TextWidth.of("你好，")).isEqualTo(6);
    assertThat(TextWidth.of("한국")).isEqualTo(4);
    assertThat(TextWidth.of("🚆")).isEqualTo(2);
    assertThat(TextWidth.of("👩‍🔧")).as("joined").isEqualTo(2);
    assertThat(TextWidth.of("👍🏽")).as("with a skin tone").isEqualTo(2);
    assertThat(TextWidth.of("e\u0301")).as("combining accent").isEqualTo(1);
    assertThat(TextWidth.of("ｶﾅ")).as("half width").isEqualTo(2);
    assertThat(TextWidth.of("…–“")).isEqualTo(3);
  }

  @Test
  void linesBreakAtSpacesAndBetweenWideCharacters() {
    assertThat(Wrap.lines("I need a train to Cambridge", 12))
        .containsExactly("I need a", "train to", "Cambridge");
    assertThat(Wrap.lines("我想订一张去北京的火车票", 10)).containsExactly("我想订一张", "去北京的火", "车票");
    assertThat(Wrap.lines("mixed 我想订 text", 10)).containsExactly("mixed 我想", "订 text");
  }

  @Test
  void aLineDoesNotBeginWithClosingPunctuationWhereThatCanBeHelped() {
    assertThat(Wrap.lines("我想订一张，好吗", 10)).containsExactly("我想订一", "张，好吗");
  }

  @Test
  void wordsLongerThanALineAreCutAndLineEndsStay() {
    assertThat(Wrap.lines("https://example.org/a", 8))
        .containsExactly("https://", "example.", "org/a");
    assertThat(Wrap.lines("a\n\n  b", 8)).containsExactly("a", "", "  b");
    assertThat(Wrap.lines("", 8)).containsExactly("");
  }

  @Property
  void wrappingLosesNothingButSpacesAndFitsTheWidth(
      @ForAll String text, @ForAll @IntRange(min = 2, max = 30) int columns) {
    String safe = TerminalText.text(text);
    List<String> lines = Wrap.lines(safe, columns);

    assertThat(lines)
        .allSatisfy(line -> assertThat(TextWidth.of(line)).isLessThanOrEqualTo(columns));
    assertThat(withoutSpaces(String.join("", lines))).isEqualTo(withoutSpaces(safe));
  }

  @Property
  void whatIsMadeVisibleHoldsNoControlCharacter(@ForAll String text) {
    assertThat(TerminalText.text(text).replace("\n", "").chars().noneMatch(Character::isISOControl))
        .isTrue();
    assertThat(TerminalText.line(text).chars().noneMatch(Character::isISOControl)).isTrue();
  }

  @Test
  void controlsAreShownAndNotSent() {
    assertThat(TerminalText.text("\u001B[31mred\u0007\r\n\tx\u009B2J\u007F"))
        .isEqualTo("␛[31mred␇\n    x<U+009B>2J␡");
    assertThat(TerminalText.line("a\nb\tc")).isEqualTo("a␊b␉c");
    assertThat(TerminalText.text("abc\u202Ecba\u2066\uFEFF"))
        .isEqualTo("abc<U+202E>cba<U+2066><U+FEFF>");
    assertThat(TerminalText.text("\uD83D")).isEqualTo("<U+D83D>");
    assertThat(TerminalText.text("🚆 你好")).isEqualTo("🚆 你好");
  }

  @Test
  void aTableIsAlignedByColumnsAndItsWidestColumnGivesWay() {
    Table table =
        new Table(
            List.of("n", "name", "what"),
            List.of(List.of("5", "客服", "short"), List.of("12", "bot", "a rather long text")),
            List.of(0));

    assertThat(table.lines(80))
        .containsExactly(
            " n  name  what",
            "──  ────  ──────────────────",
            " 5  客服  short",
            "12  bot   a rather long text");
    assertThat(table.lines(18)).last().isEqualTo("12  bot   a rathe…");
  }

  private static String withoutSpaces(String text) {
    return text.codePoints()
        .filter(c -> !Character.isWhitespace(c))
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}

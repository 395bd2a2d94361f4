package io.turnmill.task;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NothingFoundTest {
  private static final NothingFound NONE = new NothingFound("NONE");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NONE",
        "none.",
        " None\n",
        "\"NONE\"",
        "**None**",
        "(none)",
        "",
        " . ",
        "NONE\n\nThe text does not say.",
        "“NONE”. The text says nothing of it.",
        "NONE – — ",
        "None: it is not mentioned"
      })
  void theWordIsUnderstoodHoweverItIsWritten(String text) {
    assertThat(NONE.isSaidBy(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "None of the parties",
        "none, except the deposit",
        "NONEXISTENT",
        "There is NONE.",
        "two years",
        "无"
      })
  void anAnswerThatBeginsLikeItIsAnAnswer(String text) {
    assertThat(NONE.isSaidBy(text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"无", "无。", "「无」", "无：文中没有提到。"})
  void theWordMayBeOfAnyLanguage(String text) {
    assertThat(new NothingFound("无").isSaidBy(text)).isTrue();
  }
}

package io.turnmill.clean;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SessionGroupTest {
  @Test
  void lengthsGoByPowersOfTwo() {
    assertThat(Stream.of(0L, 1L, 2L, 3L, 4L, 255L, 256L, 511L, 512L).map(SessionGroup::lengthOf))
        .containsExactly(1L, 1L, 2L, 2L, 4L, 128L, 256L, 256L, 512L);
  }

  @Test
  void charactersAreCodePointsOfAllMessages() {
    assertThat(SessionGroup.of(List.of("ab\uD83D\uDE00", "c"))).isEqualTo(group(4, "latin"));
    assertThat(SessionGroup.of(List.of("ab\uD83D\uDE00"))).isEqualTo(group(2, "latin"));
  }

  @Test
  void theLanguageIsTheScriptOfMostLetters() {
    assertThat(script("What does 你好 mean?")).isEqualTo("latin");
    assertThat(script("OK, 我们明天再去图书馆吧。")).isEqualTo("han");
    assertThat(script("これは、ペンです。")).isEqualTo("hiragana");
    assertThat(script("Добрый день, John")).isEqualTo("cyrillic");
    assertThat(script("ab", "привет")).isEqualTo("cyrillic");
    assertThat(script("안녕하세요")).isEqualTo("hangul");
  }

  @Test
  void ofScriptsWithAsManyLettersTheFirstByNameCounts() {
    assertThat(script("ab жд")).isEqualTo("cyrillic");
    assertThat(script("жд ab")).isEqualTo("cyrillic");
  }

  @Test
  void digitsSignsAndSharedLettersAreNoLanguage() {
    assertThat(script("12:30 – 13:45 :-) \uD83D\uDE00")).isEqualTo(SessionGroup.NO_LETTERS);
    assertThat(script("")).isEqualTo(SessionGroup.NO_LETTERS);
    assertThat(script("ーーーー a")).isEqualTo("latin");
  }

  @Test
  void groupsAreOrderedByScriptAndThenByLength() {
    assertThat(Stream.of(group(512, "latin"), group(64, "latin"), group(1024, "han")).sorted())
        .containsExactly(group(1024, "han"), group(64, "latin"), group(512, "latin"));
  }

  private static SessionGroup group(long characters, String script) {
    return new SessionGroup(characters, script);
  }

  private static String script(String... texts) {
    return SessionGroup.scriptOf(List.of(texts));
  }
}

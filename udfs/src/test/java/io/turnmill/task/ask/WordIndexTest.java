package io.turnmill.task.ask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Words and their weights. */
class WordIndexTest {
  private static double score(List<RankedChunk> compared, int place) {
    return compared.get(place).score().getAsDouble();
  }

  @Test
  void wordsAreFoldedAndMarksAreNone() {
    assertThat(Words.of("The RENT, of Ｔｅｎ: $1,500.50 (fifteen…)"))
        .containsExactly("the", "rent", "of", "ten", "1,500.50", "fifteen");
    assertThat(Words.of(" – !")).isEmpty();
  }

  @Test
  void chineseHasTheWordsThatIcuFinds() {
    assertThat(Words.of("租金为每月五千元。")).contains("租金", "每月").doesNotContain("。");
  }

  @Test
  void scoresAreThoseComputedByHand() {
    // 3 chunks of 4, 2 and 3 words, 3 in the mean; rent stands in 2 of them, term in 1.
    WordIndex index = new WordIndex(List.of("rent rent is due", "the term", "rent and more"));
    double rent = Math.log(1 + 1.5 / 2.5);
    double term = Math.log(1 + 2.5 / 1.5);

    List<RankedChunk> compared = index.compared("Rent or term, rent!");

    assertThat(score(compared, 0))
        .isCloseTo(rent * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 4 / 3)), within(1e-12));
    assertThat(score(compared, 1))
        .isCloseTo(term * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 2 / 3)), within(1e-12));
    assertThat(score(compared, 2)).isCloseTo(rent * 2.2 / (1 + 1.2), within(1e-12));
  }

  @Test
  void chunksWithoutASharedWordComeLastInTheirOrder() {
    WordIndex index = new WordIndex(List.of("one", "", "two", "three"));

    assertThat(RankedChunk.best(index.compared("two"), 3))
        .extracting(RankedChunk::place)
        .containsExactly(2, 0, 1);
  }

  @Test
  void textsWithoutAWordHaveNoScore() {
    assertThat(score(new WordIndex(List.of("", "…")).compared("a"), 0)).isZero();
  }
}

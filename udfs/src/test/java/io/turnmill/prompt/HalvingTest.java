package io.turnmill.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HalvingTest {

  @Test
  void theFirstThatSucceedsIsFoundWhereverItIs() {
    for (int count = 0; count < 20; count++) {
      for (int first = 0; first <= count; first++) {
        int from = first;
        Optional<Integer> expected = first < count ? Optional.of(first) : Optional.empty();
        assertThat(
                Halving.first(count, place -> place < from ? Optional.empty() : Optional.of(place)))
            .as("%s of %s", first, count)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void fewAttemptsAreMade() {
    List<Integer> tried = new ArrayList<>();
    Optional<Integer> found =
        Halving.first(
            1000,
            place -> {
              tried.add(place);
              return place < 700 ? Optional.empty() : Optional.of(place);
            });
    assertThat(found).contains(700);
    assertThat(tried).hasSizeLessThanOrEqualTo(10).doesNotHaveDuplicates();
  }
}

package io.turnmill.job.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.quarantine.Suspects.Group;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** In what company suspects are run again. */
class SuspectsTest {

  @Test
  void groupsAreSoLargeThatTheLastDeathFindsOneAlone() {
    assertThat(Suspects.size(64, 1)).isEqualTo(1);
    assertThat(Suspects.size(64, 2)).isEqualTo(8);
    assertThat(Suspects.size(64, 3)).isEqualTo(16);
    assertThat(Suspects.size(65, 2)).isEqualTo(9);
    assertThat(Suspects.size(1, 5)).isEqualTo(1);
    assertThat(Suspects.size(125, 3)).isEqualTo(25);
  }

  @Test
  void everyNumberOfDeathsLeadsToOneSession() {
    for (int suspects = 1; suspects < 3000; suspects += 7) {
      for (int left = 1; left <= 10; left++) {
        int size = suspects;
        for (int deaths = left; deaths > 0; deaths--) {
          size = Suspects.size(size, deaths);
        }
        assertThat(size).as("%d suspects, %d deaths", suspects, left).isEqualTo(1);
      }
    }
  }

  @Test
  void theMostSuspiciousComeFirstAndOneDeathBeforeTheLimitEachIsAlone() {
    Map<Integer, Integer> deaths = Map.of(1, 1, 2, 2, 3, 1, 4, 1, 5, 2);
    List<Group<Integer>> groups =
        List.copyOf(Suspects.groups(List.of(1, 2, 3, 4, 5), deaths::get, 3));
    assertThat(groups)
        .containsExactly(
            new Group<>(List.of(2), true),
            new Group<>(List.of(5), true),
            new Group<>(List.of(1, 3), false),
            new Group<>(List.of(4), false));
  }

  @Test
  void nobodyIsLeftOut() {
    List<Integer> all = IntStream.range(0, 100).boxed().toList();
    assertThat(
            Suspects.groups(all, one -> 1 + one % 4, 5).stream()
                .mapToInt(g -> g.sessions().size())
                .sum())
        .isEqualTo(100);
  }
}

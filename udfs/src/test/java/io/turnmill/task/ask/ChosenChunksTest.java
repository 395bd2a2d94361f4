package io.turnmill.task.ask;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.UniqueElements;
import org.junit.jupiter.api.Test;

/** Chunks that fit and their neighbours. */
class ChosenChunksTest {
  private static List<Integer> places(List<RankedChunk> chunks) {
    return chunks.stream().map(RankedChunk::place).toList();
  }

  private static List<RankedChunk> best(List<Integer> places) {
    return places.stream().map(place -> new RankedChunk(place, 1.0)).toList();
  }

  @Test
  void theNearestNeighboursOfTheBestChunkComeFirst() {
    assertThat(places(ChosenChunks.of(best(List.of(5, 0)), 2, 8)))
        .containsExactly(5, 0, 4, 6, 1, 3, 7, 2);
  }

  @Test
  void aChunkThatIsChosenKeepsItsScoreBesideAChunkWhoseNeighbourItIs() {
    assertThat(ChosenChunks.of(best(List.of(1, 2)), 1, 3).get(1).score()).isPresent();
  }

  @Property
  void eachStandsThereOnceAndNoneIsFurtherAwayThanAsked(
      @ForAll @Size(min = 1, max = 5) @UniqueElements List<@IntRange(max = 19) Integer> places,
      @ForAll @IntRange(max = 30) int neighbours) {
    List<Integer> chosen = places(ChosenChunks.of(best(places), neighbours, 20));

    assertThat(chosen).doesNotHaveDuplicates().startsWith(places.toArray(Integer[]::new));
    for (int place = 0; place < 20; place++) {
      int at = place;
      boolean isNear = places.stream().anyMatch(of -> Math.abs(of - at) <= neighbours);
      assertThat(chosen.contains(place)).isEqualTo(isNear);
    }
  }
}

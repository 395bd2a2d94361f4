package io.turnmill.task.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.task.merge.ReduceTree.SummaryGroup;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ReduceTreeTest {
  @Provide
  static Arbitrary<List<Integer>> tokens() {
    return Arbitraries.integers().between(0, 50).list().ofMinSize(2).ofMaxSize(60);
  }

  @Property
  void groupsAreNeighboursFilledInOrderAndFewerThanTheTexts(
      @ForAll("tokens") List<Integer> tokens, @ForAll @IntRange(min = 100, max = 300) int budget) {
    List<SummaryGroup> groups = ReduceTree.groups(tokens, budget).orElseThrow();

    int next = 0;
    for (SummaryGroup group : groups) {
      assertThat(group.from()).isEqualTo(next);
      next = group.to();
      int sum = tokens.subList(group.from(), group.to()).stream().mapToInt(of -> of).sum();
      assertThat(sum).isLessThanOrEqualTo(budget);
      if (next < tokens.size()) {
        assertThat(sum + tokens.get(next)).isGreaterThan(budget);
        assertThat(group.to() - group.from()).isGreaterThanOrEqualTo(2);
      }
    }
    assertThat(next).isEqualTo(tokens.size());
    assertThat(groups.size()).isLessThan(tokens.size());
    assertThat(ReduceTree.groups(List.copyOf(tokens), budget)).contains(groups);
  }

  @Test
  void twoTextsThatDoNotFitHaveNoGroups() {
    assertThat(ReduceTree.groups(List.of(5, 6), 10)).isEmpty();
    assertThat(ReduceTree.groups(List.of(5, 5, 6, 6), 10)).isEmpty();
    assertThat(ReduceTree.groups(List.of(5, 5, 20, 1), 10)).isEmpty();
  }

  @Test
  void aSingleTextAtTheEndStaysAsItIs() {
    assertThat(ReduceTree.groups(List.of(5, 5, 20), 10))
        .isEqualTo(Optional.of(List.of(new SummaryGroup(0, 2), new SummaryGroup(2, 3))));
  }
}

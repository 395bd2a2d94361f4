package io.turnmill.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.torch.LengthGroups.Group;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LengthGroupsTest {

  @Test
  void rowsWithinAQuarterAndSixteenTokensFormAGroup() {
    assertThat(LengthGroups.of(new int[] {10, 12, 28, 29, 100}))
        .containsExactly(
            new Group(0, 3, 28, 50), new Group(3, 4, 29, 29), new Group(4, 5, 100, 100));
  }

  @Test
  void alignedGroupsEndAtAMultipleOfSixteen() {
    assertThat(LengthGroups.aligned(new int[] {3, 14, 16, 17, 32, 33, 200, 240, 241}))
        .containsExactly(
            new Group(0, 3, 16, 33),
            new Group(3, 5, 32, 49),
            new Group(5, 6, 48, 33),
            new Group(6, 8, 240, 440),
            new Group(8, 9, 256, 241));
  }

  @Property(tries = 200)
  void everyRowIsInOneGroupThatIsLongEnough(
      @ForAll @Size(min = 1, max = 60) List<@IntRange(min = 1, max = 900) Integer> lengths) {
    int[] ascending = lengths.stream().mapToInt(Integer::intValue).sorted().toArray();
    for (List<Group> groups :
        List.of(LengthGroups.of(ascending), LengthGroups.aligned(ascending))) {
      int next = 0;
      for (Group group : groups) {
        assertThat(group.from()).isEqualTo(next);
        int[] rows = IntStream.range(group.from(), group.to()).map(i -> ascending[i]).toArray();
        assertThat(group.longest()).isGreaterThanOrEqualTo(rows[rows.length - 1]);
        assertThat(group.longest()).isLessThanOrEqualTo(rows[0] * 5 / 4 + 31);
        assertThat(group.tokens()).isEqualTo(IntStream.of(rows).sum());
        next = group.to();
      }
      assertThat(next).isEqualTo(ascending.length);
    }
  }
}

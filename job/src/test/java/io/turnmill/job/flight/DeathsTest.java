package io.turnmill.job.flight;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which notes that stayed behind are deaths, and what they say. */
class DeathsTest {
  private static final Round NOW = new Round("00000000000000aa", 1);
  private static final Round BEFORE = new Round("00000000000000aa", 0);
  private static final String OTHER = "00000000000000bb";

  private final Map<Attempt, Set<Long>> left = new LinkedHashMap<>();

  private void left(Round round, int part, long id, boolean local, Long... sessions) {
    left.put(new Attempt(round, part, id, local), Set.of(sessions));
  }

  private Deaths count(int part) {
    return Deaths.count(left, NOW, part);
  }

  @Test
  void aSessionHasTheDeathsOfAllAttemptsInWhichItWasInFlight() {
    left(BEFORE, 0, 1, false, 7L, 8L);
    left(NOW, 0, 2, false, 8L, 9L);
    assertThat(count(0).bySession()).isEqualTo(Map.of(7L, 1, 8L, 2, 9L, 1));
    assertThat(count(0).of(10L)).isZero();
  }

  @Test
  void attemptsAtOtherPartsAreUnderWayInThePresentRoundAndOverInEarlierOnes() {
    left(NOW, 5, 2, false, 7L);
    left(BEFORE, 5, 1, false, 8L);
    assertThat(count(0).bySession()).isEqualTo(Map.of(8L, 1));
  }

  @Test
  void whatWasUnderWayWhenItsDriverEndedIsNoDeath() {
    left(new Round(OTHER, 0), 0, 3, false, 7L);
    left(new Round(OTHER, 0), 1, 4, false, 8L);
    assertThat(count(0).bySession()).isEmpty();
  }

  @Test
  void whatThatDriverHadRunAgainIsADeath() {
    left(new Round(OTHER, 0), 0, 3, false, 7L);
    left(new Round(OTHER, 0), 0, 4, false, 7L);
    assertThat(count(0).bySession()).isEqualTo(Map.of(7L, 1));
    left(new Round(OTHER, 1), 2, 5, false, 9L);
    assertThat(count(0).bySession()).isEqualTo(Map.of(7L, 2));
  }

  @Test
  void whereDriverAndExecutorAreOneItIsADeath() {
    left(new Round(OTHER, 0), 0, 3, true, 7L);
    assertThat(count(0).bySession()).isEqualTo(Map.of(7L, 1));
  }

  @Test
  void deathsSayMoreWhenTheyComeCloserToTheirCauseOrFindOne() {
    Deaths none = new Deaths(Map.of());
    Deaths one = new Deaths(Map.of(1L, 1, 2L, 1));
    Deaths other = new Deaths(Map.of(1L, 1, 2L, 1, 3L, 1));
    Deaths closer = new Deaths(Map.of(1L, 2, 2L, 1));
    Deaths found = new Deaths(Map.of(1L, 3, 2L, 1));
    assertThat(one.sayMoreThan(none, 3)).isTrue();
    assertThat(other.sayMoreThan(one, 3)).isFalse();
    assertThat(closer.sayMoreThan(other, 3)).isTrue();
    assertThat(found.sayMoreThan(closer, 3)).isTrue();
    assertThat(found.sayMoreThan(found, 3)).isFalse();
    assertThat(found.atLeast(3)).isEqualTo(1);
  }

  @Test
  void anAttemptIsKnownByItsName() {
    Attempt attempt = new Attempt(new Round(OTHER, 12), 3, 45, true);
    assertThat(attempt.name()).isEqualTo("00000000000000bb-r12-p3-t45-l");
    assertThat(Attempt.named(attempt.name())).contains(attempt);
    assertThat(Attempt.named("00000000000000bb-r12-p3-t45-x")).isEmpty();
  }
}

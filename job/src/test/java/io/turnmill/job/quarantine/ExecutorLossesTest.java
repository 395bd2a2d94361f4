package io.turnmill.job.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which notes that stayed behind are deaths, and what they say. */
class ExecutorLossesTest {
  private static final JobAttempt NOW = new JobAttempt("00000000000000aa", 1);
  private static final JobAttempt BEFORE = new JobAttempt("00000000000000aa", 0);
  private static final String OTHER = "00000000000000bb";

  private final Map<TaskAttempt, Set<Long>> left = new LinkedHashMap<>();

  private void left(JobAttempt job, int part, long id, boolean local, Long... sessions) {
    left.put(new TaskAttempt(job, part, id, local), Set.of(sessions));
  }

  private ExecutorLosses count(int part) {
    return ExecutorLosses.count(left, NOW, part);
  }

  @Test
  void aSessionHasTheDeathsOfAllAttemptsInWhichItWasInFlight() {
    left(BEFORE, 0, 1, false, 7L, 8L);
    left(NOW, 0, 2, false, 8L, 9L);
    assertThat(count(0).bySession()).isEqualTo(Map.of(7L, 1, 8L, 2, 9L, 1));
    assertThat(count(0).of(10L)).isZero();
  }

  @Test
  void attemptsAtOtherPartsAreUnderWayInThePresentJobAndOverInEarlierOnes() {
    left(NOW, 5, 2, false, 7L);
    left(BEFORE, 5, 1, false, 8L);
    assertThat(count(0).bySession()).isEqualTo(Map.of(8L, 1));
  }

  @Test
  void whatWasUnderWayWhenItsDriverEndedIsNoDeath() {
    left(new JobAttempt(OTHER, 0), 0, 3, false, 7L);
    left(new JobAttempt(OTHER, 0), 1, 4, false, 8L);
    assertThat(count(0).bySession()).isEmpty();
  }

  @Test
  void whatThatDriverHadRunAgainIsADeath() {
    left(new JobAttempt(OTHER, 0), 0, 3, false, 7L);
    left(new JobAttempt(OTHER, 0), 0, 4, false, 7L);
    assertThat(count(0).bySession()).isEqualTo(Map.of(7L, 1));
    left(new JobAttempt(OTHER, 1), 2, 5, false, 9L);
    assertThat(count(0).bySession()).isEqualTo(Map.of(7L, 2));
  }

  @Test
  void whereDriverAndExecutorAreOneItIsADeath() {
    left(new JobAttempt(OTHER, 0), 0, 3, true, 7L);
    assertThat(count(0).bySession()).isEqualTo(Map.of(7L, 1));
  }

  @Test
  void deathsSayMoreWhenTheyComeCloserToTheirCauseOrFindOne() {
    ExecutorLosses none = new ExecutorLosses(Map.of());
    ExecutorLosses one = new ExecutorLosses(Map.of(1L, 1, 2L, 1));
    ExecutorLosses other = new ExecutorLosses(Map.of(1L, 1, 2L, 1, 3L, 1));
    ExecutorLosses closer = new ExecutorLosses(Map.of(1L, 2, 2L, 1));
    ExecutorLosses found = new ExecutorLosses(Map.of(1L, 3, 2L, 1));
    assertThat(one.sayMoreThan(none, 3)).isTrue();
    assertThat(other.sayMoreThan(one, 3)).isFalse();
    assertThat(closer.sayMoreThan(other, 3)).isTrue();
    assertThat(found.sayMoreThan(closer, 3)).isTrue();
    assertThat(found.sayMoreThan(found, 3)).isFalse();
    assertThat(found.atLeast(3)).isEqualTo(1);
  }

  @Test
  void anAttemptIsKnownByItsName() {
    TaskAttempt attempt = new TaskAttempt(new JobAttempt(OTHER, 12), 3, 45, true);
    assertThat(attempt.name()).isEqualTo("00000000000000bb-r12-p3-t45-l");
    assertThat(TaskAttempt.named(attempt.name())).contains(attempt);
    assertThat(TaskAttempt.named("00000000000000bb-r12-p3-t45-x")).isEmpty();
  }
}

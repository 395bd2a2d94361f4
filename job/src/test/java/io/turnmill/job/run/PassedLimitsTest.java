package io.turnmill.job.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.config.LimitsConfig;
import io.turnmill.job.report.EngineWork;
import io.turnmill.job.report.Totals;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which limits are passed, and what becomes of a run then. */
class PassedLimitsTest {
  private final RunLimits limits = new RunLimits(new LimitsConfig(0.1, 0.2, 600, 3));

  /** Counts of 100 sessions of which this many have failed. */
  private static Totals failed(long failed) {
    return new Totals(
        100,
        100 - failed,
        0,
        failed,
        0,
        0,
        200,
        Totals.Selection.all(100),
        Map.of(),
        Duration.ZERO,
        Map.of(),
        failed == 0 ? Map.of() : Map.of("executor_died", failed));
  }

  @Test
  void aShareAtTheLimitIsAllowedAndOneAboveItIsNot() {
    assertThat(limits.passed(failed(10), 0)).isEmpty();
    assertThat(limits.passed(failed(11), 0))
        .containsExactly(
            "11.0 % of the sessions failed; limits.max_failed_share = 0.1 allows less.",
            "The commonest code is executor_died (11 rows); see the setting"
                + " limits.max_executor_deaths.");
  }

  @Test
  void sessionsThatEndTheirExecutorsCountBeforeTheyAreWritten() {
    assertThat(limits.arePassed(failed(0), 10)).isFalse();
    assertThat(limits.arePassed(failed(0), 11)).isTrue();
    assertThat(limits.passed(failed(0), 11))
        .containsExactly(
            "11.0 % of the sessions failed or end their executors; limits.max_failed_share = 0.1"
                + " allows less.");
  }

  /** 1000 sessions: the checks reject 20, 900 are left out of a sample, 30 are duplicates. */
  private static Totals sampled(long failed, long rejectedByModel) {
    return new Totals(
        1000,
        50 - failed - rejectedByModel,
        20 + 30 + rejectedByModel,
        failed,
        0,
        0,
        100,
        new Totals.Selection(900, 50, 1800, Map.of()),
        Map.of(),
        Duration.ZERO,
        Map.of(
            "session",
            Map.of(
                "no_user_turn", 20L,
                "duplicate_session", 18L,
                "near_duplicate_session", 12L,
                "prompt_too_long", rejectedByModel)),
        Map.of("executor_died", failed));
  }

  /** Of 980 sessions that passed the checks, a tenth would fail if 5 of 50 do. */
  @Test
  void sessionsThatAreNotAskedWeighLikeThoseThatAre() {
    assertThat(sampled(5, 3).balanced()).isTrue();
    assertThat(limits.passed(sampled(5, 0), 0)).isEmpty();
    assertThat(limits.passed(sampled(6, 0), 0))
        .first()
        .isEqualTo("11.8 % of the sessions failed; limits.max_failed_share = 0.1 allows less.");
  }

  @Test
  void duplicatesThatASettingRejectsPassNoLimit() {
    assertThat(limits.passed(sampled(0, 9), 0)).isEmpty();
    assertThat(limits.passed(sampled(0, 10), 0))
        .containsExactly(
            "21.6 % of the sessions were rejected; limits.max_rejected_share = 0.2 allows less.",
            "The commonest code is prompt_too_long (10 rows); see the setting check.too_long.");
  }

  @Test
  void aRunIsGoodWhenItIsCompleteAndNoLimitIsPassed() {
    List<String> none = List.of();
    assertThat(new RunResult(failed(0), EngineWork.NONE, none, true).isGood()).isTrue();
    assertThat(new RunResult(failed(0), EngineWork.NONE, none, false).isGood()).isFalse();
    assertThat(new RunResult(failed(11), EngineWork.NONE, List.of("passed"), true).isGood())
        .isFalse();
  }
}

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

  @Test
  void aRunIsGoodWhenItIsCompleteAndNoLimitIsPassed() {
    List<String> none = List.of();
    assertThat(new RunResult(failed(0), EngineWork.NONE, none, true).isGood()).isTrue();
    assertThat(new RunResult(failed(0), EngineWork.NONE, none, false).isGood()).isFalse();
    assertThat(new RunResult(failed(11), EngineWork.NONE, List.of("passed"), true).isGood())
        .isFalse();
  }
}

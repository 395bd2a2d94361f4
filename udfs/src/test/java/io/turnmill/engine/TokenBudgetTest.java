package io.turnmill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TokenBudgetTest {

  @Test
  void memoryFaultHalvesWhatWasTried() {
    TokenBudget budget = new TokenBudget(100);
    budget.outOfMemory(60);
    assertThat(budget.tokens()).isEqualTo(30);
    budget.outOfMemory(3);
    assertThat(budget.tokens()).isEqualTo(1);
  }

  @Test
  void recoversSlowlyAndNeverAboveItsLimit() {
    TokenBudget budget = new TokenBudget(100);
    budget.outOfMemory(60);
    succeed(budget, TokenBudget.RECOVERY_STEPS - 1);
    assertThat(budget.tokens()).isEqualTo(30);
    succeed(budget, 1);
    assertThat(budget.tokens()).isEqualTo(60);
    succeed(budget, TokenBudget.RECOVERY_STEPS);
    assertThat(budget.tokens()).isEqualTo(100);
    succeed(budget, 10 * TokenBudget.RECOVERY_STEPS);
    assertThat(budget.tokens()).isEqualTo(100);
  }

  @Test
  void isRestoredWhenThePromptThatFitsNowhereIsGone() {
    TokenBudget budget = new TokenBudget(100);
    budget.outOfMemory(2);
    budget.culpritGone();
    assertThat(budget.tokens()).isEqualTo(100);
  }

  @Test
  void isRestoredByThePassAfterOneInWhichNotEvenOneTokenFitted() {
    TokenBudget budget = new TokenBudget(100);
    budget.outOfMemory(60);
    budget.outOfMemoryForOne();
    assertThat(budget.tokens()).isEqualTo(1);
    budget.outOfMemoryForOne();
    succeed(budget, 1);
    assertThat(budget.tokens()).isEqualTo(100);
    budget.outOfMemory(100);
    succeed(budget, 1);
    assertThat(budget.tokens()).isEqualTo(50);
  }

  private static void succeed(TokenBudget budget, int steps) {
    for (int i = 0; i < steps; i++) {
      budget.succeeded();
    }
  }
}

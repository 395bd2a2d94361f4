package io.turnmill.task.merge;

import io.turnmill.prompt.PromptResult;
import io.turnmill.prompt.PromptResult.Ready;
import io.turnmill.task.ChunkedItem;
import io.turnmill.task.Prompts;
import io.turnmill.task.TaskResult;
import java.util.List;

/**
 * How many tokens of summaries fit into one prompt, whichever of the two templates makes it.
 *
 * @param budget for the summaries with what the template writes around each
 * @param aroundEach how many tokens it writes around each, rounded up
 */
record ReduceRoom(int budget, int aroundEach) {
  /** Where words meet, and as numbers grow, a summary may have a few tokens more. */
  private static final int MORE = 4;

  private static final String WORD = "a";

  /**
   * Measures both templates with one and with two short summaries.
   *
   * @return or why there is no prompt even for these
   */
  static TaskResult<ReduceRoom> of(SummariseTask task, ChunkedItem<?> item) {
    int word = task.writer().tokens(WORD);
    int budget = Integer.MAX_VALUE;
    int around = 0;
    for (boolean isLast : List.of(false, true)) {
      PromptResult one = task.prompt(item, List.of(WORD), 1, isLast);
      PromptResult two = task.prompt(item, List.of(WORD, WORD), 1, isLast);
      if (!(one instanceof Ready ofOne)) {
        return Prompts.without(one);
      }
      if (!(two instanceof Ready ofTwo)) {
        return Prompts.without(two);
      }
      int each = ofTwo.prompt().ids().size() - ofOne.prompt().ids().size();
      int besides = ofOne.prompt().ids().size() - each;
      budget = Math.min(budget, task.writer().maxPromptTokens() - besides);
      around = Math.max(around, each - word);
    }
    return new TaskResult.Ok<>(new ReduceRoom(budget, around + MORE));
  }
}

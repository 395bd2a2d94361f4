package io.turnmill.task.merge;

import java.util.List;

/**
 * The summary of a long text.
 *
 * @param text the summary
 * @param finishReason why the model ended it: {@code stop}, {@code length} or {@code repetition}
 * @param rounds how many times summaries were made of summaries
 * @param requests how many of these were asked for in all rounds
 * @param leftOut the numbers of the chunks that have no summary, so that nothing of them is in it
 * @param cutShort the numbers of the chunks whose summary is as long as allowed, so that its end
 *     may be missing
 * @param cutShortRequests how many of the summaries of summaries are
 * @param tokens what the chunks' summaries and all rounds took
 */
public record MergedSummary(
    String text,
    String finishReason,
    int rounds,
    int requests,
    List<Integer> leftOut,
    List<Integer> cutShort,
    int cutShortRequests,
    WrittenTokens tokens) {

  public MergedSummary {
    leftOut = List.copyOf(leftOut);
    cutShort = List.copyOf(cutShort);
  }

  /** Counts only, because it is text of a document. */
  @Override
  public String toString() {
    return "MergedSummary[rounds=" + rounds + ", requests=" + requests + "]";
  }
}

package io.turnmill.task.merge;

import io.turnmill.task.Answers;
import io.turnmill.task.ChunkAnswer;
import io.turnmill.task.ChunkedItem;
import io.turnmill.task.TaskResult;
import io.turnmill.task.WrittenText;
import java.util.ArrayList;
import java.util.List;

/** What becomes of the summaries of one item, counted. Owned by the thread of its work. */
final class SummaryTally {
  private final List<Integer> leftOut = new ArrayList<>();
  private final List<Integer> cutShort = new ArrayList<>();
  private int rounds;
  private int requests;
  private int cutShortRequests;
  private WrittenTokens tokens = WrittenTokens.NONE;

  /** Counts the summaries of chunks, and returns them in order. */
  List<WrittenText> written(ChunkedItem<Answers<WrittenText>> item) {
    List<WrittenText> all = new ArrayList<>();
    for (ChunkAnswer<Answers<WrittenText>> chunk : item.chunks()) {
      int number = chunk.chunk().number();
      if (chunk.result() instanceof TaskResult.Ok<Answers<WrittenText>> ok) {
        WrittenText written = ok.value().answers().get(0);
        tokens = tokens.plus(written);
        all.add(written);
        if (written.isCutShort()) {
          cutShort.add(number);
        }
      } else {
        leftOut.add(number);
      }
    }
    return all;
  }

  void addRound() {
    rounds++;
  }

  int rounds() {
    return rounds;
  }

  /** Counts a summary of summaries. */
  void add(WrittenText written) {
    requests++;
    cutShortRequests += written.isCutShort() ? 1 : 0;
    tokens = tokens.plus(written);
  }

  /** The result, of which this is the last text. */
  MergedSummary summary(WrittenText last) {
    return new MergedSummary(
        last.text(),
        last.finishReason(),
        rounds,
        requests,
        leftOut,
        cutShort,
        cutShortRequests,
        tokens);
  }
}

package io.turnmill.task.merge;

import io.turnmill.prompt.PromptResult;
import io.turnmill.prompt.TextTemplate;
import io.turnmill.prompt.jinja.Variables;
import io.turnmill.task.Answers;
import io.turnmill.task.ChunkedItem;
import io.turnmill.task.ItemWork;
import io.turnmill.task.Task;
import io.turnmill.task.TaskKind;
import io.turnmill.task.TextWriter;
import io.turnmill.task.WrittenText;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The second part of the task {@code summarise}: one summary of the summaries of an item's chunks,
 * in as many rounds as the model's context needs. A round makes one summary of each group of
 * neighbours (see {@link ReduceTree}), and the last one has a single group. Chunks without a
 * summary, and empty summaries, are left out; of a single one that is left no summary is made,
 * unless the last round is wanted for its form. If a request fails, the item has failed.
 *
 * <p>The variables of the templates: {@code summaries}, a list of texts; {@code document}, the id;
 * {@code fields}; and {@code round}, from 1.
 */
public final class SummariseTask implements Task<ChunkedItem<Answers<WrittenText>>, MergedSummary> {
  private final TextWriter writer;
  private final TextTemplate reduce;
  private final TextTemplate last;
  private final boolean alwaysLast;

  /**
   * @param reduce makes the message by which one summary of several is asked for
   * @param last the same in the last round
   * @param alwaysLast whether there is a last round even if there is a single summary
   */
  public SummariseTask(
      TextWriter writer, TextTemplate reduce, TextTemplate last, boolean alwaysLast) {
    this.writer = writer;
    this.reduce = reduce;
    this.last = last;
    this.alwaysLast = alwaysLast;
  }

  @Override
  public String name() {
    return TaskKind.SUMMARISE.wireName();
  }

  @Override
  public String scope() {
    return writer.scope();
  }

  @Override
  public <T> ItemWork<T, MergedSummary> begin(
      T row, Function<? super T, ? extends ChunkedItem<Answers<WrittenText>>> itemOf) {
    return new SummariseWork<>(this, row, itemOf);
  }

  TextWriter writer() {
    return writer;
  }

  /** Whether there is a last round even if there is a single summary. */
  boolean alwaysLast() {
    return alwaysLast;
  }

  /** The prompt that asks for one summary of several. */
  PromptResult prompt(ChunkedItem<?> item, List<String> summaries, int round, boolean isLast) {
    Variables variables =
        new Variables()
            .input("summaries", summaries)
            .input("document", item.id())
            .input("fields", new TreeMap<>(item.fields())) // the same order everywhere
            .input("round", round);
    return writer.prompt(isLast ? last : reduce, variables);
  }
}

package io.turnmill.task;

import io.turnmill.inference.Outcome;
import io.turnmill.inference.Request;
import io.turnmill.session.Fault;
import io.turnmill.session.Fault.Step;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Makes one result of the answers about the chunks of each item. Chunks without an answer are told
 * of beside it, or are the reason why the item has no result.
 *
 * @param <A> the answer about one chunk
 * @param <M> what they are merged into
 */
public final class ChunkedTask<A, M> implements Task<ChunkedItem<A>, Merged<M>> {
  private final Task<ChunkedItem<A>, M> merge;
  private final boolean allowsPartial;

  /**
   * @param merge is given items of which at least one chunk has an answer
   * @param allowsPartial whether an item has a result if some of its chunks have no answer
   */
  public ChunkedTask(Task<ChunkedItem<A>, M> merge, boolean allowsPartial) {
    this.merge = merge;
    this.allowsPartial = allowsPartial;
  }

  @Override
  public String name() {
    return merge.name();
  }

  @Override
  public String scope() {
    return merge.scope();
  }

  @Override
  public <T> ItemWork<T, Merged<M>> begin(
      T row, Function<? super T, ? extends ChunkedItem<A>> itemOf) {
    ChunkedItem<A> item;
    try {
      item = itemOf.apply(row);
    } catch (RuntimeException | Error thrown) {
      return new DoneWork<>(row, TaskResult.Failed.by(Fault.of(Step.BEGIN, thrown)));
    }
    List<TaskResult<A>> without =
        item.chunks().stream()
            .map(ChunkAnswer::result)
            .filter(result -> !(result instanceof TaskResult.Ok<A>))
            .toList();
    boolean hasAnswers = without.size() < item.chunks().size();
    if (!hasAnswers || (!allowsPartial && !without.isEmpty())) {
      return new DoneWork<>(row, typed(TaskResult.ofNone(without)));
    }
    SortedMap<String, Integer> failed = new TreeMap<>();
    without.forEach(result -> failed.merge(code(result), 1, Integer::sum));
    return new WholeWork<>(merge.begin(row, any -> item), failed);
  }

  private static String code(TaskResult<?> without) {
    return without instanceof TaskResult.Rejected<?> rejected
        ? rejected.code().wireName()
        : ((TaskResult.Failed<?>) without).code().wireName();
  }

  /** A result that holds no value of the result's type. */
  @SuppressWarnings("unchecked")
  private static <R> TaskResult<R> typed(TaskResult<?> without) {
    return (TaskResult<R>) without;
  }

  /** The work of the merge itself, whose result tells of the chunks without an answer. */
  private record WholeWork<T, M>(ItemWork<T, M> merge, SortedMap<String, Integer> failed)
      implements ItemWork<T, Merged<M>> {
    @Override
    public List<Request> next() {
      return merge.next();
    }

    @Override
    public boolean hasYielded() {
      return merge.hasYielded();
    }

    @Override
    public boolean mayContinue() {
      return merge.mayContinue();
    }

    @Override
    public void accept(Request request, Outcome outcome) {
      merge.accept(request, outcome);
    }

    @Override
    public boolean fail(Throwable thrown) {
      return merge.fail(thrown);
    }

    @Override
    public boolean done() {
      return merge.done();
    }

    @Override
    public T row() {
      return merge.row();
    }

    @Override
    public TaskResult<Merged<M>> result() {
      TaskResult<M> result = merge.result();
      return result instanceof TaskResult.Ok<M> ok
          ? new TaskResult.Ok<>(new Merged<>(ok.value(), failed))
          : typed(result);
    }
  }
}

package io.turnmill.task.merge;

import io.turnmill.session.Fault;
import io.turnmill.session.Fault.Step;
import io.turnmill.task.Answers;
import io.turnmill.task.ChunkAnswer;
import io.turnmill.task.ChunkedItem;
import io.turnmill.task.DoneWork;
import io.turnmill.task.ItemWork;
import io.turnmill.task.Task;
import io.turnmill.task.TaskKind;
import io.turnmill.task.TaskResult;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A task that makes one result of what another one said of an item's chunks, and asks nothing.
 * Chunks without a result are left out; if no chunk has one, neither has the item.
 *
 * @param <A> the answer for a chunk
 * @param <M> the result for the item
 */
public final class MergeTask<A, M> implements Task<ChunkedItem<Answers<A>>, M> {
  private final TaskKind kind;
  private final Merge<A, M> merge;

  /**
   * Makes one result of many.
   *
   * @param <A> the answer for a chunk
   * @param <M> the result for the item
   */
  @FunctionalInterface
  public interface Merge<A, M> {
    /** The result of an item of which at least one chunk has one. */
    M of(ChunkedItem<Answers<A>> item);
  }

  MergeTask(TaskKind kind, Merge<A, M> merge) {
    this.kind = kind;
    this.merge = merge;
  }

  @Override
  public String name() {
    return kind.wireName();
  }

  /** Nothing: no outcome of a request is used. */
  @Override
  public String scope() {
    return "";
  }

  @Override
  public <T> ItemWork<T, M> begin(
      T row, Function<? super T, ? extends ChunkedItem<Answers<A>>> itemOf) {
    return new DoneWork<>(row, result(row, itemOf));
  }

  private <T> TaskResult<M> result(
      T row, Function<? super T, ? extends ChunkedItem<Answers<A>>> itemOf) {
    try {
      ChunkedItem<Answers<A>> item = itemOf.apply(row);
      Optional<TaskResult<M>> none = withoutAny(item);
      return none.isPresent() ? none.get() : new TaskResult.Ok<>(merge.of(item));
    } catch (RuntimeException | Error thrown) {
      return TaskResult.Failed.by(Fault.of(Step.BEGIN, thrown));
    }
  }

  /** The result of an item none of whose chunks has one; empty if one has. */
  @SuppressWarnings("unchecked") // a result without a value
  static <A, M> Optional<TaskResult<M>> withoutAny(ChunkedItem<A> item) {
    List<TaskResult<A>> results = item.chunks().stream().map(ChunkAnswer::result).toList();
    return results.stream().anyMatch(TaskResult.Ok.class::isInstance)
        ? Optional.empty()
        : Optional.of((TaskResult<M>) (TaskResult<?>) TaskResult.ofNone(results));
  }
}

package io.turnmill.task;

import io.turnmill.inference.Work;

/**
 * The work on one item.
 *
 * @param <T> the row that the item came from
 * @param <R> the task's result for an item
 */
public interface ItemWork<T, R> extends Work {

  /** The row that was given to {@link Task#begin}. */
  T row();

  /**
   * The result of the item.
   *
   * @throws IllegalStateException before {@link #done}
   */
  TaskResult<R> result();
}

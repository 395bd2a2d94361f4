package io.turnmill.task;

import io.turnmill.inference.Work;

/**
 * One item in progress.
 *
 * @param <T> what travels with it
 * @param <R> what the task makes of it
 */
public interface ItemWork<T, R> extends Work {

  /** What travels with the item. */
  T row();

  /**
   * What became of the item.
   *
   * @throws IllegalStateException before {@link #done}
   */
  TaskResult<R> result();
}

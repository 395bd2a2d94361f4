package io.turnmill.task;

import java.util.function.Function;

/**
 * What is asked of each item of an archive. Immutable, one for each model or set of models.
 *
 * @param <I> an item, such as a session
 * @param <R> what the task makes of one
 */
public interface Task<I, R> {

  /** Its name in the settings. */
  String name();

  /**
   * What the replies to its requests depend on besides the requests themselves and the model: such
   * as what ends a reply. Tasks of one scope may share a cache.
   */
  String scope();

  /**
   * Begins the work on one item. Never throws for one item: the work has failed then, and is done.
   *
   * @param row what travels with the item, given back by {@link ItemWork#row}
   * @param itemOf reads the item from it
   */
  <T> ItemWork<T, R> begin(T row, Function<? super T, ? extends I> itemOf);
}

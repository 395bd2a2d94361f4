package io.turnmill.task;

import java.util.function.Function;

/**
 * What a job does with each item of an archive. Immutable; there is one for each model or set of
 * models.
 *
 * @param <I> an item, such as a session
 * @param <R> the result for an item
 */
public interface Task<I, R> {

  /** The name of the task in the settings. */
  String name();

  /**
   * A text of everything that replies depend on besides the requests themselves and the model, such
   * as what ends a reply. Tasks with the same scope may share a cache.
   */
  String scope();

  /**
   * Begins the work on one item. Never throws for one item: if something is wrong with it, the
   * returned work is done and its result says so.
   *
   * @param row the row that the item came from; {@link ItemWork#row} returns it
   * @param itemOf reads the item from the row
   */
  <T> ItemWork<T, R> begin(T row, Function<? super T, ? extends I> itemOf);
}

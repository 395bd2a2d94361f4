package io.turnmill.task;

import java.util.Locale;
import java.util.function.Function;

/**
 * The same task asked of two models: the second one is asked about an item only where the first one
 * is unsure of its result or has none. A turn that the second one could not answer keeps the first
 * one's answer.
 *
 * @param <I> an item, such as a session
 * @param <R> what either model's task makes of an item
 */
public final class CascadeTask<I, R> implements Task<I, Cascaded<R>> {
  /** The name by which requests ask the second model. */
  public static final String SECOND = "second";

  private final Task<I, R> first;
  private final Task<I, R> second;
  private final double below;

  /**
   * @param below the second model is asked where the certainty of the first one is below this
   */
  public CascadeTask(Task<I, R> first, Task<I, R> second, double below) {
    this.first = first;
    this.second = second;
    this.below = below;
  }

  @Override
  public String name() {
    return first.name();
  }

  @Override
  public String scope() {
    return String.format(Locale.ROOT, "%s\nthen %s below %s", first.scope(), second.scope(), below);
  }

  @Override
  public <T> ItemWork<T, Cascaded<R>> begin(T row, Function<? super T, ? extends I> itemOf) {
    // A dialogue with one model does not continue with a reply of the other one.
    boolean turnsAreIndependent = !name().equals(TaskKind.ROLLOUT.wireName());
    return new CascadeWork<>(
        first.begin(row, itemOf), () -> second.begin(row, itemOf), below, turnsAreIndependent);
  }
}

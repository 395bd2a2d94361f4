package io.turnmill.prompt;

import java.util.Optional;
import java.util.function.IntFunction;

/** Finds the first of many attempts that succeeds, where all after it would succeed as well. */
public final class Halving {
  private Halving() {}

  /**
   * What the first attempt that succeeds gives. About as many are made as the count has binary
   * digits.
   *
   * @param count how many attempts there are
   * @param attempt what an attempt gives, by its place from 0; empty if it does not succeed
   */
  public static <T> Optional<T> first(int count, IntFunction<Optional<T>> attempt) {
    Optional<T> best = Optional.empty();
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      Optional<T> made = attempt.apply(middle);
      if (made.isPresent()) {
        best = made;
        high = middle - 1;
      } else {
        low = middle + 1;
      }
    }
    return best;
  }
}

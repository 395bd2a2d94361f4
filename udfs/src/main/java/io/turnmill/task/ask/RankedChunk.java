package io.turnmill.task.ask;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A chunk as a candidate for a question.
 *
 * @param place its place among the chunks of the item
 * @param score the greater, the better it fits; empty where chunks are not compared
 */
record RankedChunk(int place, OptionalDouble score) {
  private static final Comparator<RankedChunk> BEST_FIRST =
      Comparator.comparingDouble((RankedChunk of) -> -of.score().orElse(0))
          .thenComparingInt(RankedChunk::place);

  RankedChunk(int place, double score) {
    this(place, OptionalDouble.of(score));
  }

  /** The best ones, the best first; of equal ones the earlier one comes first. */
  static List<RankedChunk> best(List<RankedChunk> chunks, int most) {
    List<RankedChunk> sorted = new ArrayList<>(chunks);
    sorted.sort(BEST_FIRST);
    return List.copyOf(sorted.subList(0, Math.min(most, sorted.size())));
  }
}

package io.turnmill.task.ask;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** Which chunks are to be shown for a question, the most wanted first. */
final class ChosenChunks {
  private ChosenChunks() {}

  /**
   * The best chunks, the best first; then their neighbours, the nearest first, and of equally near
   * ones those of the better chunk. Each stands there once.
   *
   * @param best the best chunks, the best first
   * @param neighbours how many before and after each are wanted
   * @param count how many chunks there are
   */
  static List<RankedChunk> of(List<RankedChunk> best, int neighbours, int count) {
    Map<Integer, RankedChunk> chosen = new LinkedHashMap<>();
    best.forEach(chunk -> chosen.put(chunk.place(), chunk));
    for (int far = 1; far <= Math.min(neighbours, count); far++) {
      for (RankedChunk chunk : best) {
        for (int place : new int[] {chunk.place() - far, chunk.place() + far}) {
          if (place >= 0 && place < count) {
            chosen.putIfAbsent(place, new RankedChunk(place, OptionalDouble.empty()));
          }
        }
      }
    }
    return new ArrayList<>(chosen.values());
  }
}

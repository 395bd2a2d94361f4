package io.turnmill.clean;

import java.util.ArrayList;
import java.util.List;

/**
 * Compares the sessions that meet in one band. They come in the order of their ids, and each is
 * compared with the leaders: the sessions before it that are not similar to an earlier leader. So
 * the work for many copies of one session is a comparison each. For one thread.
 */
public final class Leaders {
  private final double threshold;
  private final List<Leader> leaders = new ArrayList<>();

  private record Leader(String sessionId, Signature signature) {}

  /**
   * @param threshold the least similarity of near-duplicates
   */
  public Leaders(double threshold) {
    this.threshold = threshold;
  }

  /**
   * The leaders that the next session is similar to; if there is none, it is a leader from now on.
   */
  public List<String> similarTo(String sessionId, Signature signature) {
    List<String> similar =
        leaders.stream()
            .filter(leader -> leader.signature.similarity(signature) >= threshold)
            .map(Leader::sessionId)
            .toList();
    if (similar.isEmpty()) {
      leaders.add(new Leader(sessionId, signature));
    }
    return similar;
  }
}

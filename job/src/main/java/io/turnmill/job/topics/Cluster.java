package io.turnmill.job.topics;

import java.util.List;

/**
 * Items whose vectors point the same way.
 *
 * @param number from 0, the largest cluster first
 * @param size how many members it has
 * @param examples the ids of those nearest to the centre, the nearest first
 * @param sample the ids of members that differ from one another, for those who describe it
 */
public record Cluster(int number, long size, List<String> examples, List<String> sample) {
  public Cluster {
    examples = List.copyOf(examples);
    sample = List.copyOf(sample);
  }
}

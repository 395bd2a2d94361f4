package io.turnmill.job.topics;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Chooses members of a cluster that say different things. */
final class DiverseMembers {
  private DiverseMembers() {}

  /** A member of a cluster. */
  record ClusterMember(String id, UnitVector vector) {}

  /**
   * The first member, then each time the one whose most similar chosen member is the least similar
   * to it; of equal ones the earlier one.
   */
  static List<ClusterMember> of(List<ClusterMember> members, int most) {
    List<ClusterMember> chosen = new ArrayList<>();
    List<ClusterMember> left = new ArrayList<>(members);
    // How similar each of those that are left is to the most similar chosen one.
    List<Double> similar = new ArrayList<>(Collections.nCopies(members.size(), -1.0));
    while (!left.isEmpty() && chosen.size() < most) {
      int next = 0;
      for (int i = 1; i < left.size(); i++) {
        next = similar.get(i) < similar.get(next) ? i : next;
      }
      ClusterMember member = left.remove(next);
      similar.remove(next);
      chosen.add(member);
      for (int i = 0; i < left.size(); i++) {
        similar.set(i, Math.max(similar.get(i), member.vector().cosine(left.get(i).vector())));
      }
    }
    return chosen;
  }
}

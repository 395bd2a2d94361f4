package io.turnmill.job.trial;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Sessions of similar length and of one language, of which some were run.
 *
 * @param size the size of all sessions of the pool together; see {@link Run#size}
 * @param runs those that were run, at least one
 * @param whole whether these are all
 */
record Pool(double size, List<Run> runs, boolean whole) {
  Pool {
    runs = List.copyOf(runs);
  }

  /**
   * A session that was run.
   *
   * @param weight for how many sessions it stands
   * @param size its characters and one more, so that an empty session has a size, too
   * @param tokens what it cost; nothing if it failed or was rejected
   */
  record Run(double weight, double size, TokenTotals tokens) {}

  /** The tokens of all sessions: as many for each character as those that were run have. */
  TokenTotals estimate() {
    return estimate(runs);
  }

  /** Whether the sessions that were run show how much such sessions differ. */
  boolean hasRange() {
    return whole || runs.size() > 1;
  }

  /**
   * An estimate as another draw of sessions might have given it: one session fewer than were run,
   * each drawn from all that were, because so the variance is right also for two (Rao and Wu,
   * Resampling Inference with Complex Survey Data, 1988). If all sessions were run, no draw could
   * give anything else.
   */
  TokenTotals resampled(RandomGenerator random) {
    if (whole || runs.size() == 1) {
      return estimate();
    }
    return estimate(
        random.ints(runs.size() - 1L, 0, runs.size()).mapToObj(place -> runs.get(place)).toList());
  }

  private TokenTotals estimate(List<Run> of) {
    double sizes = of.stream().mapToDouble(run -> run.weight() * run.size()).sum();
    double prompt = of.stream().mapToDouble(run -> run.weight() * run.tokens().prompt()).sum();
    double reply = of.stream().mapToDouble(run -> run.weight() * run.tokens().reply()).sum();
    return new TokenTotals(size * prompt / sizes, size * reply / sizes);
  }
}

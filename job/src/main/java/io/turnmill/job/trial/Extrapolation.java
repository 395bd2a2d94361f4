package io.turnmill.job.trial;

import io.turnmill.job.prepare.EvenSample;
import io.turnmill.job.report.EngineWork;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;

/**
 * What all sessions of an archive take, as far as some of them tell. In each group of length and
 * language the tokens for each character are those of the sessions that were run (a separate ratio
 * estimator), and the characters of the whole group are known. The ranges are those of a bootstrap
 * over the sessions that were run: 2,000 draws, of which the lowest and the highest 5 % are left
 * out.
 *
 * @param prompt tokens of prompts and texts
 * @param reply tokens of replies
 * @param seconds of the engine of one executor
 */
record Extrapolation(Estimated prompt, Estimated reply, Estimated seconds) {
  private static final int DRAWS = 2_000;
  private static final double LEFT_OUT = 0.05;

  /**
   * Extrapolates.
   *
   * @param sample which sessions were run, of at least one
   * @param costs of those that have a result, at least one of which has tokens
   * @param times of the engine in the trial
   * @param seed of the bootstrap
   */
  static Extrapolation of(
      EvenSample sample, List<SessionCost> costs, EngineWork.Times times, long seed) {
    List<Pool> pools = Pools.of(sample, costs);
    TokenTotals run =
        costs.stream()
            .map(cost -> new TokenTotals(cost.promptTokens(), cost.replyTokens()))
            .reduce(TokenTotals.NONE, TokenTotals::plus);
    TokenTimes each = TokenTimes.of(times, run);
    TokenTotals all =
        pools.stream().map(Pool::estimate).reduce(TokenTotals.NONE, TokenTotals::plus);
    List<TokenTotals> draws =
        pools.stream().allMatch(Pool::hasRange)
            ? draws(pools, new SplittableRandom(seed))
            : List.of();
    return new Extrapolation(
        estimated(all, draws, TokenTotals::prompt),
        estimated(all, draws, TokenTotals::reply),
        estimated(all, draws, each::seconds));
  }

  private static List<TokenTotals> draws(List<Pool> pools, RandomGenerator random) {
    List<TokenTotals> draws = new ArrayList<>();
    for (int draw = 0; draw < DRAWS; draw++) {
      TokenTotals all = TokenTotals.NONE;
      for (Pool pool : pools) {
        all = all.plus(pool.resampled(random));
      }
      draws.add(all);
    }
    return draws;
  }

  private static Estimated estimated(
      TokenTotals all, List<TokenTotals> draws, ToDoubleFunction<TokenTotals> number) {
    double[] sorted = draws.stream().mapToDouble(number).sorted().toArray();
    int left = (int) (LEFT_OUT * sorted.length);
    Optional<Estimated.Range> range =
        sorted.length == 0
            ? Optional.empty()
            : Optional.of(new Estimated.Range(sorted[left], sorted[sorted.length - 1 - left]));
    return new Estimated(number.applyAsDouble(all), range);
  }
}

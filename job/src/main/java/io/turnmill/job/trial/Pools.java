package io.turnmill.job.trial;

import io.turnmill.job.prepare.EvenSample;
import io.turnmill.job.prepare.NumberedSession;
import io.turnmill.job.prepare.Stratum;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Groups of length and language as {@link Pool}s. A group of which fewer than two sessions were run
 * says nothing about how much its sessions differ, so it is pooled with its neighbours: with the
 * next longer sessions of the same language, or else with those that are shorter, or else with
 * those of another language. A group all of whose sessions were run is a pool by itself.
 */
final class Pools {
  private static final int FEWEST_RUNS = 2;

  private final Map<Long, SessionCost> costs;

  private Pools(List<SessionCost> costs) {
    this.costs = costs.stream().collect(Collectors.toMap(SessionCost::number, Function.identity()));
  }

  /**
   * The pools of an archive.
   *
   * @param sample of at least one session
   * @param costs of those of its sessions that have a result
   */
  static List<Pool> of(EvenSample sample, List<SessionCost> costs) {
    Pools pools = new Pools(costs);
    return pooled(sample.strata()).stream().map(pools::pool).toList();
  }

  private static List<List<Stratum>> pooled(List<Stratum> strata) {
    List<List<Stratum>> closed = new ArrayList<>();
    List<List<Stratum>> whole = new ArrayList<>();
    List<Stratum> open = new ArrayList<>();
    for (Stratum stratum : strata) {
      if (stratum.isWhole()) {
        whole.add(new ArrayList<>(List.of(stratum)));
        continue;
      }
      if (!closed.isEmpty() && !open.isEmpty() && !isOneLanguage(open, stratum)) {
        if (isOneLanguage(closed.get(closed.size() - 1), open.get(0))) {
          closed.get(closed.size() - 1).addAll(open);
          open.clear();
        }
      }
      open.add(stratum);
      if (runs(open) >= FEWEST_RUNS) {
        closed.add(new ArrayList<>(open));
        open.clear();
      }
    }
    if (closed.isEmpty() && runs(open) == 0) {
      closed.addAll(whole);
      whole.clear();
    }
    if (closed.isEmpty()) {
      closed.add(open);
    } else {
      closed.get(closed.size() - 1).addAll(open);
    }
    closed.addAll(whole);
    closed.removeIf(List::isEmpty);
    return closed;
  }

  private static boolean isOneLanguage(List<Stratum> some, Stratum other) {
    return some.get(some.size() - 1).group().script().equals(other.group().script());
  }

  private static long runs(List<Stratum> strata) {
    return strata.stream().mapToLong(stratum -> stratum.drawn().size()).sum();
  }

  private Pool pool(List<Stratum> strata) {
    double size =
        strata.stream().mapToDouble(stratum -> stratum.characters() + stratum.sessions()).sum();
    List<Pool.Run> runs = new ArrayList<>();
    for (Stratum stratum : strata) {
      double weight = (double) stratum.sessions() / Math.max(1, stratum.drawn().size());
      stratum.drawn().forEach(session -> runs.add(run(session, weight)));
    }
    return new Pool(size, runs, strata.stream().allMatch(Stratum::isWhole));
  }

  private Pool.Run run(NumberedSession session, double weight) {
    SessionCost cost = costs.get(session.number());
    TokenTotals tokens =
        cost == null ? TokenTotals.NONE : new TokenTotals(cost.promptTokens(), cost.replyTokens());
    return new Pool.Run(weight, session.characters() + 1.0, tokens);
  }
}

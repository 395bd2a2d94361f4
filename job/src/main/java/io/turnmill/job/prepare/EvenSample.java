package io.turnmill.job.prepare;

import io.turnmill.clean.SampleRule;
import io.turnmill.clean.SessionGroup;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The sessions of an archive that are drawn for a trial, and the groups from which they are. Which
 * ones are drawn depends on the sessions and the seed alone, not on how the archive is cut.
 *
 * @param rule gives each session its number
 * @param strata all groups of the sessions that a run asks, in order
 */
public record EvenSample(SampleRule rule, List<Stratum> strata) {
  /** No session of no archive. */
  public static final EvenSample NONE = new EvenSample(SampleRule.ALL, List.of());

  public EvenSample {
    strata = List.copyOf(strata);
  }

  /** Draws from groups, in the order of the smallest number of each. */
  static EvenSample of(EvenDraw draw, Map<SessionGroup, StratumCount> counts) {
    List<Map.Entry<SessionGroup, StratumCount>> rounds =
        counts.entrySet().stream()
            .sorted(Comparator.comparing(group -> group.getValue().first()))
            .toList();
    List<Integer> quotas =
        EvenQuotas.of(
            rounds.stream().map(group -> group.getValue().sessions()).toList(), draw.sessions());
    List<Stratum> strata =
        IntStream.range(0, rounds.size())
            .mapToObj(i -> rounds.get(i).getValue().drawn(rounds.get(i).getKey(), quotas.get(i)))
            .sorted(Comparator.comparing(Stratum::group))
            .toList();
    return new EvenSample(draw.rule(), strata);
  }

  /** The numbers of the sessions that are drawn. */
  Set<Long> numbers() {
    Set<Long> numbers = new HashSet<>();
    strata.forEach(stratum -> stratum.drawn().forEach(one -> numbers.add(one.number())));
    return numbers;
  }

  /** How many sessions are drawn. */
  public long size() {
    return strata.stream().mapToLong(stratum -> stratum.drawn().size()).sum();
  }

  /** How many sessions there are. */
  public long sessions() {
    return strata.stream().mapToLong(Stratum::sessions).sum();
  }
}

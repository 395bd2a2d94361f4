package io.turnmill.clean;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.session.SessionKey;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.assertj.core.data.Percentage;

class SampleRuleTest {
  private static final List<SessionKey> SESSIONS =
      IntStream.range(0, 20_000)
          .mapToObj(i -> new SessionKey(Optional.of("t" + i % 3), "s" + i))
          .toList();

  private static List<SessionKey> sample(double fraction, long seed) {
    SampleRule rule = new SampleRule(fraction, seed);
    return SESSIONS.stream().filter(rule::takes).toList();
  }

  @Example
  void aboutTheFractionIsTaken() {
    assertThat(sample(0.1, 0).size()).isCloseTo(2000, Percentage.withPercentage(8));
    assertThat(sample(0.5, 7).size()).isCloseTo(10_000, Percentage.withPercentage(3));
    assertThat(sample(1, 7)).isEqualTo(SESSIONS);
  }

  @Property(tries = 30)
  void aLargerSampleHasTheSessionsOfASmallerOne(
      @ForAll @DoubleRange(min = 0.01, max = 0.99) double fraction, @ForAll long seed) {
    Set<SessionKey> larger = new HashSet<>(sample(Math.min(1, fraction * 1.3), seed));
    assertThat(sample(fraction, seed)).allMatch(larger::contains);
  }

  @Example
  void anotherSeedTakesOtherSessions() {
    Set<SessionKey> common = new HashSet<>(sample(0.1, 1));
    common.retainAll(new HashSet<>(sample(0.1, 2)));

    assertThat(common.size()).isBetween(120, 280);
  }
}

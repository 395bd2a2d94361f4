package io.turnmill.job.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.clean.SampleRule;
import io.turnmill.clean.SessionGroup;
import io.turnmill.session.SessionKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** How sessions are drawn evenly from groups. */
class EvenSampleTest {
  private static final SessionGroup SHORT = new SessionGroup(8, "latin");
  private static final SessionGroup LONG = new SessionGroup(512, "latin");
  private static final SessionGroup HAN = new SessionGroup(64, "han");

  @Test
  void groupsGiveAsManyAsEachOtherOrAllThatTheyHave() {
    assertThat(quotas(20, 100, 100, 100, 100, 100, 100)).containsExactly(4, 4, 3, 3, 3, 3);
    assertThat(quotas(20, 100, 100, 2, 100, 100, 100)).containsExactly(4, 4, 2, 4, 3, 3);
    assertThat(quotas(20, 1, 100, 1)).containsExactly(1, 18, 1);
    assertThat(quotas(3, 5, 5, 5, 5)).containsExactly(1, 1, 1, 0);
    assertThat(quotas(7, 2, 3, 3)).containsExactly(2, 3, 2);
  }

  @Test
  void allAreDrawnIfThereAreFewer() {
    assertThat(quotas(20, 3, 1, 2)).containsExactly(3, 1, 2);
    assertThat(quotas(20)).isEmpty();
  }

  @Test
  void quotasAreThoseOfGoingRoundOneByOne() {
    Random random = new Random(7);
    for (int i = 0; i < 300; i++) {
      long[] sizes = random.longs(1 + random.nextInt(8), 1, 30).toArray();
      int wanted = 1 + random.nextInt(150);
      assertThat(quotas(wanted, sizes)).isEqualTo(oneByOne(wanted, sizes));
    }
  }

  private static List<Integer> quotas(int wanted, long... sizes) {
    return EvenQuotas.of(LongStream.of(sizes).boxed().toList(), wanted);
  }

  private static List<Integer> oneByOne(int wanted, long... sizes) {
    int[] quotas = new int[sizes.length];
    int left = (int) Math.min(wanted, LongStream.of(sizes).sum());
    for (int group = 0; left > 0; group = (group + 1) % sizes.length) {
      if (quotas[group] < sizes[group]) {
        quotas[group]++;
        left--;
      }
    }
    return IntStream.of(quotas).boxed().toList();
  }

  /** The number by the seed decides, whatever tasks the sessions come from, and in which order. */
  @Test
  void howTheArchiveIsCutMakesNoDifference() {
    EvenDraw draw = new EvenDraw(10, 5);
    EvenSample once = sample(draw, cut(draw, 1, 1));

    assertThat(sample(draw, cut(draw, 7, 2))).isEqualTo(once);
    assertThat(sample(draw, cut(draw, 100, 3))).isEqualTo(once);
    assertThat(once.size()).isEqualTo(10);
    assertThat(once.sessions()).isEqualTo(180);
    assertThat(once.numbers()).hasSize(10);
    assertThat(once.strata()).extracting(Stratum::group).containsExactly(HAN, SHORT, LONG);
    assertThat(once.strata()).extracting(Stratum::sessions).containsExactly(60L, 60L, 60L);
    assertThat(once.strata()).extracting(one -> one.drawn().size()).containsOnly(3, 4);
  }

  @Test
  void thoseOfAGroupWithTheSmallestNumbersAreDrawn() {
    EvenDraw draw = new EvenDraw(6, 1);
    EvenSample sample = sample(draw, cut(draw, 3, 1));
    for (int group = 0; group < 3; group++) {
      List<Long> smallest =
          sessions(group).stream().map(draw.rule()::number).sorted().limit(2).toList();
      assertThat(sample.numbers()).containsAll(smallest);
    }
  }

  @Test
  void anotherSeedDrawsOthersAndALargerTrialHasTheSessionsOfASmallerOne() {
    Set<Long> ten = sample(new EvenDraw(10, 1), cut(new EvenDraw(10, 1), 2, 1)).numbers();
    Set<Long> thirty = sample(new EvenDraw(30, 1), cut(new EvenDraw(30, 1), 2, 1)).numbers();
    assertThat(thirty).containsAll(ten);

    assertThat(drawn(new EvenDraw(10, 2))).isNotEqualTo(drawn(new EvenDraw(10, 1)));
  }

  @Test
  void atLeastOneSessionIsDrawn() {
    assertThatThrownBy(() -> new EvenDraw(0, 1)).hasMessage("at least one session is drawn");
  }

  private static Set<SessionKey> drawn(EvenDraw draw) {
    Set<Long> numbers = sample(draw, cut(draw, 1, 1)).numbers();
    SampleRule rule = draw.rule();
    return IntStream.range(0, 3)
        .boxed()
        .flatMap(group -> sessions(group).stream())
        .filter(key -> numbers.contains(rule.number(key)))
        .collect(Collectors.toSet());
  }

  private static EvenSample sample(EvenDraw draw, List<Map<SessionGroup, StratumCount>> parts) {
    Map<SessionGroup, StratumCount> all = new TreeMap<>();
    parts.forEach(
        part ->
            part.forEach(
                (group, count) ->
                    all.computeIfAbsent(group, any -> new StratumCount(draw.sessions()))
                        .add(count)));
    return EvenSample.of(draw, all);
  }

  private static List<SessionKey> sessions(int group) {
    return IntStream.range(0, 60)
        .mapToObj(i -> new SessionKey(Optional.empty(), "session " + group + "/" + i))
        .toList();
  }

  /** Three groups of sixty sessions, shuffled and dealt to tasks. */
  private static List<Map<SessionGroup, StratumCount>> cut(EvenDraw draw, int tasks, int shuffle) {
    List<SessionGroup> groups = List.of(SHORT, LONG, HAN);
    List<Map.Entry<SessionGroup, NumberedSession>> all = new ArrayList<>();
    for (int group = 0; group < groups.size(); group++) {
      for (SessionKey key : sessions(group)) {
        long characters = groups.get(group).fromCharacters() + key.sessionId().length() % 3;
        all.add(
            Map.entry(groups.get(group), new NumberedSession(draw.rule().number(key), characters)));
      }
    }
    Collections.shuffle(all, new Random(shuffle));
    List<Map<SessionGroup, StratumCount>> parts = new ArrayList<>();
    for (int task = 0; task < tasks; task++) {
      parts.add(new TreeMap<>());
    }
    for (int i = 0; i < all.size(); i++) {
      parts
          .get(i % tasks)
          .computeIfAbsent(all.get(i).getKey(), any -> new StratumCount(draw.sessions()))
          .add(all.get(i).getValue());
    }
    return parts;
  }
}

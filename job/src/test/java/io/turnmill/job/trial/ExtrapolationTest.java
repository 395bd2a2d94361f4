package io.turnmill.job.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.turnmill.clean.SampleRule;
import io.turnmill.clean.SessionGroup;
import io.turnmill.job.prepare.EvenSample;
import io.turnmill.job.prepare.NumberedSession;
import io.turnmill.job.prepare.Stratum;
import io.turnmill.job.report.EngineWork.Times;
import io.turnmill.job.rows.ResultCodec.ReplyEnds;
import io.turnmill.job.trial.Estimated.Range;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Every expected number is worked out by hand. A session's size is its characters and one more. */
class ExtrapolationTest {
  private static final Offset<Double> EXACT = within(1e-9);
  private static final Times NO_TIME =
      new Times(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);

  private final List<Stratum> strata = new ArrayList<>();
  private final List<SessionCost> costs = new ArrayList<>();
  private long number;

  /** What a session is and costs that is drawn. */
  private record Drawn(long characters, long prompt, long reply) {}

  private static Drawn drawn(long characters, long prompt, long reply) {
    return new Drawn(characters, prompt, reply);
  }

  private void group(
      String script, long fromCharacters, long sessions, long characters, Drawn... drawn) {
    List<NumberedSession> numbered = new ArrayList<>();
    for (Drawn one : drawn) {
      number++;
      numbered.add(new NumberedSession(number, one.characters()));
      costs.add(new SessionCost(number, one.prompt(), one.reply(), ReplyEnds.NONE));
    }
    SessionGroup group = new SessionGroup(fromCharacters, script);
    strata.add(new Stratum(group, sessions, characters, numbered));
  }

  private Extrapolation extrapolation(Times times) {
    return Extrapolation.of(new EvenSample(SampleRule.ALL, strata), costs, times, 3);
  }

  private Extrapolation extrapolation() {
    return extrapolation(NO_TIME);
  }

  private static void assertRange(Estimated of, double from, double to) {
    Range range = of.range().orElseThrow();
    assertThat(List.of(range.from(), range.to()))
        .usingElementComparator(Comparator.comparingLong(number -> Math.round(number * 1e6)))
        .containsExactly(from, to);
  }

  private static Times seconds(long prefill, long decode, long host) {
    return new Times(
        Duration.ofSeconds(prefill),
        Duration.ofSeconds(decode),
        Duration.ofSeconds(host),
        Duration.ofSeconds(1000));
  }

  /** Sizes 100 and 100 with 10 and 30 tokens; all have 400: 400 * 40 / 200. */
  @Test
  void tokensGrowWithCharacters() {
    group("latin", 64, 4, 396, drawn(99, 10, 2), drawn(99, 30, 4));

    assertThat(extrapolation().prompt().number()).isEqualTo(80, EXACT);
    assertThat(extrapolation().reply().number()).isEqualTo(12, EXACT);
  }

  /** Of two sessions a draw takes one: 400 / 100 times 10 or 30, either in half of all draws. */
  @Test
  void theRangeOfTwoSessionsGoesFromTheOneToTheOther() {
    group("latin", 64, 4, 396, drawn(99, 10, 2), drawn(99, 30, 4));

    assertRange(extrapolation().prompt(), 40, 120);
    assertRange(extrapolation().reply(), 8, 16);
  }

  /** The greatest mean of two of three is had in a ninth of all draws, which is more than 5 %. */
  @Test
  void ofThreeSessionsADrawTakesTwo() {
    group("latin", 64, 4, 396, drawn(99, 0, 0), drawn(99, 30, 0), drawn(99, 60, 0));

    assertThat(extrapolation().prompt().number()).isEqualTo(120, EXACT);
    assertRange(extrapolation().prompt(), 0, 240);
  }

  /** Twenty sessions of 0 to 19 tokens: the mean of 19 draws has a deviation of 1.323. */
  @Test
  void theRangeIsThatOfTheMeanNotOfTheSessions() {
    Drawn[] twenty = new Drawn[20];
    for (int i = 0; i < twenty.length; i++) {
      twenty[i] = drawn(0, i, 0);
    }
    group("latin", 1, 1000, 0, twenty);

    Estimated prompt = extrapolation().prompt();
    assertThat(prompt.number()).isEqualTo(9500, EXACT);
    // 9500 -+ 1.645 * 1323
    assertThat(prompt.range().orElseThrow().from()).isEqualTo(7324, within(150.0));
    assertThat(prompt.range().orElseThrow().to()).isEqualTo(11676, within(150.0));
  }

  /** The short ones: 1000 * 8 / 20 = 400. The long ones: 9000 * 40 / 1800 = 200. */
  @Test
  void eachGroupHasARatioOfItsOwn() {
    group("latin", 8, 100, 900, drawn(9, 4, 0), drawn(9, 4, 0));
    group("latin", 512, 10, 8990, drawn(899, 20, 0), drawn(899, 20, 0));

    assertThat(extrapolation().prompt().number()).isEqualTo(600, EXACT);
    assertRange(extrapolation().prompt(), 600, 600);
  }

  /**
   * One session of the shorter group stands for ten, one of the longer for two: (10 * 5 + 2 * 20) /
   * (10 * 10 + 2 * 50) = 0.45 tokens for each unit of 100 + 100.
   */
  @Test
  void groupsOfWhichOneSessionWasRunArePooledByWhatTheyStandFor() {
    group("latin", 8, 10, 90, drawn(9, 5, 0));
    group("latin", 32, 2, 98, drawn(49, 20, 0));

    assertThat(extrapolation().prompt().number()).isEqualTo(90, EXACT);
    // Of the two, 200 * 5 / 10 and 200 * 20 / 50.
    assertRange(extrapolation().prompt(), 80, 100);
  }

  /** Of the longest none was run; its 800 take the ratio of the next shorter ones, 0.5. */
  @Test
  void aGroupOfWhichNoneWasRunTakesTheRatioOfItsNeighbours() {
    group("han", 64, 4, 396, drawn(99, 500, 0), drawn(99, 500, 0));
    group("latin", 64, 4, 396, drawn(99, 50, 0), drawn(99, 50, 0));
    group("latin", 512, 1, 799);

    assertThat(extrapolation().prompt().number()).isEqualTo(2000 + 200 + 400, EXACT);
  }

  /** The longer Chinese one is alone; its neighbour is Chinese, not English. */
  @Test
  void neighboursAreOfTheSameLanguage() {
    group("han", 64, 2, 198, drawn(99, 10, 0));
    group("han", 128, 2, 398, drawn(199, 20, 0));
    group("han", 256, 2, 598, drawn(299, 30, 0));
    group("latin", 64, 4, 396, drawn(99, 50, 0), drawn(99, 50, 0));

    assertThat(extrapolation().prompt().number()).isEqualTo(120 + 200, EXACT);
    assertThat(extrapolation().prompt().range().orElseThrow().from()).isEqualTo(320, EXACT);
  }

  @Test
  void ifAllSessionsWereRunNothingIsLeftToEstimate() {
    group("han", 8, 1, 9, drawn(9, 7, 3));
    group("latin", 8, 2, 25, drawn(9, 8, 1), drawn(16, 100, 60));

    assertThat(extrapolation().prompt().number()).isEqualTo(115, EXACT);
    assertThat(extrapolation().reply().number()).isEqualTo(64, EXACT);
    assertRange(extrapolation().prompt(), 115, 115);
  }

  @Test
  void oneSessionOfManyTellsNoRange() {
    group("latin", 64, 4, 396, drawn(99, 10, 2));

    assertThat(extrapolation().prompt().number()).isEqualTo(40, EXACT);
    assertThat(extrapolation().prompt().range()).isEmpty();
  }

  /** A session without a result was run all the same: 400 * 30 / 200. */
  @Test
  void aSessionWithoutAResultTakesNoTokens() {
    group("latin", 64, 4, 396, drawn(99, 10, 0), drawn(99, 30, 0));
    costs.remove(0);

    assertThat(extrapolation().prompt().number()).isEqualTo(60, EXACT);
  }

  /**
   * 40 prompt tokens took 4 s and 6 reply tokens 3 s, and there were 7 s between: so 0.2 s and 1 s
   * for each, and all have 80 and 12.
   */
  @Test
  void timeGrowsWithTokensOfPromptsAndOfReplies() {
    group("latin", 64, 4, 396, drawn(99, 10, 2), drawn(99, 30, 4));

    assertThat(extrapolation(seconds(4, 3, 7)).seconds().number()).isEqualTo(28, EXACT);
    // 40 and 8 tokens, or 120 and 16.
    assertRange(extrapolation(seconds(4, 3, 7)).seconds(), 16, 40);
    assertThat(extrapolation(seconds(4, 3, 7)).seconds().dividedBy(4).number()).isEqualTo(7, EXACT);
  }

  @Test
  void aTaskWithoutRepliesTakesTheTimeOfItsTexts() {
    group("latin", 64, 4, 396, drawn(99, 10, 0), drawn(99, 30, 0));

    assertThat(extrapolation(seconds(4, 0, 0)).seconds().number()).isEqualTo(8, EXACT);
  }

  @Test
  void theSameSeedGivesTheSameRange() {
    group("latin", 64, 9, 896, drawn(99, 1, 0), drawn(80, 3, 0), drawn(70, 9, 0), drawn(90, 5, 0));

    assertThat(extrapolation()).isEqualTo(extrapolation());
  }

  @Test
  void percentilesAreNumbersThatOccur() {
    List<Long> hundred = new ArrayList<>();
    for (long i = 100; i >= 1; i--) {
      hundred.add(i);
    }
    assertThat(Spread.of(hundred)).isEqualTo(new Spread(50.5, 50, 95, 100));
    assertThat(Spread.of(List.of(3L))).isEqualTo(new Spread(3, 3, 3, 3));
    assertThat(Spread.of(List.of(1L, 9L))).isEqualTo(new Spread(5, 1, 9, 9));
  }
}

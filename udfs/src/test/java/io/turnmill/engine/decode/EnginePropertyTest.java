package io.turnmill.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.engine.ModelIdentity;
import io.turnmill.engine.decode.DecoderEngine.Hooks;
import io.turnmill.engine.decode.SuspendedSequences.Backoff;
import io.turnmill.inference.Backend;
import io.turnmill.inference.Feed;
import io.turnmill.inference.Metric;
import io.turnmill.inference.Outcome;
import io.turnmill.testing.FakeForwardPass;
import io.turnmill.testing.NaiveReference;
import io.turnmill.testing.OneRequest;
import io.turnmill.testing.Tasks;
import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever the company, the order and the budgets: what comes out equals the naive reference. */
class EnginePropertyTest {

  /** Under which circumstances the same works run. */
  record Setting(
      EngineConfig config,
      int works,
      int feeds,
      int window,
      int outOfMemoryAbove,
      boolean kill,
      boolean apart,
      boolean scores) {

    ScriptedWork work(long seed) {
      return scores ? ScriptedWork.withScores(seed) : new ScriptedWork(seed);
    }
  }

  @Provide
  Arbitrary<Setting> settings() {
    Arbitrary<EngineConfig> configs =
        Combinators.combine(
                Arbitraries.integers().between(1, 7),
                Arbitraries.integers().between(0, 40),
                Arbitraries.integers().between(2, 90),
                Arbitraries.integers().between(0, 6),
                Arbitraries.of(true, false),
                Arbitraries.doubles().between(0, 2))
            .as(
                (slots, more, length, piece, reuse, part) ->
                    new EngineConfig(slots, slots + more, length, piece, reuse)
                        .withSlots((int) Math.max(1, Math.min(1, part) * length), length));
    return Combinators.combine(
            configs,
            Arbitraries.integers().between(0, 24),
            Arbitraries.integers().between(1, 3),
            Arbitraries.integers().between(1, 8),
            Arbitraries.oneOf(
                Arbitraries.just(Integer.MAX_VALUE), Arbitraries.integers().between(1, 12)),
            Arbitraries.of(true, false),
            Arbitraries.of(true, false),
            Arbitraries.of(true, false))
        .as(Setting::new);
  }

  @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
  void everyWorkComesOutOnceAndEqualsTheNaiveReference(
      @ForAll("settings") Setting setting, @ForAll long seed) throws Exception {
    List<List<Outcome>> expected = new ArrayList<>();
    try (NaiveReference reference = new NaiveReference(fake(), setting.config().maxModelLen())) {
      for (int i = 0; i < setting.works(); i++) {
        expected.add(setting.work(seed + i).runAll(reference));
      }
    }

    FakeForwardPass pass = fake().outOfMemoryAbove(setting.outOfMemoryAbove());
    if (setting.apart()) {
      pass.computesApart();
    }
    Backoff brief = new Backoff(1_000, 10_000, 100_000);
    try (Backend engine =
        DecoderEngine.start(
            pass,
            setting.config(),
            ModelIdentity.NONE,
            new Hooks(brief, Scheduler::verifyIntegrity))) {
      List<Integer> out = runOnFeeds(engine, setting, seed, expected);
      // The last feed is never killed.
      int perFeed = (setting.works() + setting.feeds() - 1) / setting.feeds();
      assertThat(out).doesNotHaveDuplicates();
      if (setting.kill()) {
        assertThat(out)
            .hasSizeGreaterThanOrEqualTo(setting.works() - perFeed * (setting.feeds() - 1));
      } else {
        assertThat(out).hasSize(setting.works());
      }
      assertNothingIsLeftInside(engine);
    }
    assertThat(pass.closed()).isTrue();
  }

  /** Numbers of the works that came out, checked against {@code expected}. */
  private static List<Integer> runOnFeeds(
      Backend engine, Setting setting, long seed, List<List<Outcome>> expected) throws Exception {
    return Tasks.together(setting.feeds(), feed -> runOnFeed(engine, setting, seed, feed, expected))
        .stream()
        .flatMap(List::stream)
        .toList();
  }

  private static List<Integer> runOnFeed(
      Backend engine, Setting setting, long seed, int feedNumber, List<List<Outcome>> expected)
      throws Exception {
    boolean last = feedNumber == setting.feeds() - 1;
    int takes =
        setting.kill() && !last
            ? new Random(seed + feedNumber).nextInt(setting.works() + 1)
            : Integer.MAX_VALUE;
    List<ScriptedWork> works = new ArrayList<>();
    IdentityHashMap<ScriptedWork, Integer> numbers = new IdentityHashMap<>();
    for (int number = feedNumber; number < setting.works(); number += setting.feeds()) {
      ScriptedWork work = setting.work(seed + number);
      works.add(work);
      numbers.put(work, number);
    }
    List<Integer> out = new ArrayList<>();
    Tasks.run(
        engine,
        setting.window(),
        works.iterator(),
        takes,
        done -> {
          int number = numbers.remove(done);
          assertThat(done.outcomes()).as("work %d", number).isEqualTo(expected.get(number));
          if (!setting.config().enablePrefixCaching()) {
            assertThat(done.cachedTokens()).isZero();
          }
          out.add(number);
        });
    return out;
  }

  /** A work submitted now is computed after every withdrawal before it. */
  private static void assertNothingIsLeftInside(Backend engine) throws InterruptedException {
    try (Feed<OneRequest> feed = engine.open(1)) {
      feed.submit(new OneRequest(OneRequest.greedy(TokenIds.of(1), 1, Set.of())));
      feed.take();
      assertThat(engine.metrics().get(Metric.SLOTS_IN_USE)).isZero();
      assertThat(engine.metrics().get(Metric.WAITING_REQUESTS)).isZero();
    }
  }

  private static FakeForwardPass fake() {
    return new FakeForwardPass(ScriptedWork.VOCAB_SIZE, ScriptedWork.END_ID, 0.1);
  }
}

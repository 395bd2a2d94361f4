package io.turnmill.engine.encode;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.engine.encode.EncoderEngine.Facts;
import io.turnmill.inference.Backend;
import io.turnmill.inference.EncodeWork;
import io.turnmill.inference.Metric;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.Vector;
import io.turnmill.inference.TextRow;
import io.turnmill.testing.FakeEncoderPass;
import io.turnmill.testing.OneByOne;
import io.turnmill.testing.Tasks;
import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever the company, the order and the budgets: what comes out equals each text alone. */
class EncoderEnginePropertyTest {

  /**
   * Under which circumstances the same texts run.
   *
   * @param longest text, in tokens
   * @param kill all feeds but the last end early
   */
  record Setting(
      EncoderEngineConfig config,
      int texts,
      int longest,
      int feeds,
      int outOfMemoryAbove,
      boolean kill) {}

  @Provide
  Arbitrary<Setting> settings() {
    Arbitrary<EncoderEngineConfig> configs =
        Combinators.combine(
                Arbitraries.integers().between(1, 60),
                Arbitraries.integers().between(0, 200),
                Arbitraries.of(true, false),
                Arbitraries.of(0L, 5_000L, 1L << 20))
            .as(
                (tokens, more, padded, memo) ->
                    new EncoderEngineConfig(
                        tokens, tokens + more, padded, memo, Integer.MAX_VALUE));
    return Combinators.combine(
            configs,
            Arbitraries.integers().between(0, 120),
            Arbitraries.integers().between(1, 30),
            Arbitraries.integers().between(1, 4),
            Arbitraries.oneOf(
                Arbitraries.just(Integer.MAX_VALUE), Arbitraries.integers().between(1, 40)),
            Arbitraries.of(true, false))
        .as(Setting::new);
  }

  @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
  void everyTextComesOutOnceInItsPlaceAndEqualsItselfAlone(
      @ForAll("settings") Setting setting, @ForAll long seed) throws Exception {
    FakeEncoderPass pass = pass(setting);
    try (Backend engine =
        EncoderEngine.start(pass, setting.config(), Facts.NONE, TextScheduler::verifyIntegrity)) {
      List<Integer> out = runOnFeeds(engine, setting, seed);
      if (setting.kill()) {
        int ofLast = setting.texts() / setting.feeds();
        assertThat(out).hasSizeGreaterThanOrEqualTo(ofLast).doesNotHaveDuplicates();
      } else {
        assertThat(out).hasSize(setting.texts()).doesNotHaveDuplicates();
      }
      assertNothingIsLeftInside(engine, setting);
    }
    assertThat(pass.closed()).isTrue();
  }

  private static FakeEncoderPass pass(Setting setting) {
    return new FakeEncoderPass().outOfMemoryAbove(setting.outOfMemoryAbove());
  }

  private static List<Integer> runOnFeeds(Backend engine, Setting setting, long seed)
      throws Exception {
    return Tasks.together(setting.feeds(), feed -> runOnFeed(engine, setting, seed, feed)).stream()
        .flatMap(List::stream)
        .toList();
  }

  /** Numbers of the texts that came out, each checked against the naive reference. */
  private static List<Integer> runOnFeed(Backend engine, Setting setting, long seed, int feedNumber)
      throws Exception {
    List<Integer> out = new ArrayList<>();
    boolean last = feedNumber == setting.feeds() - 1;
    int takes =
        setting.kill() && !last
            ? new Random(seed + feedNumber).nextInt(setting.texts() + 1)
            : Integer.MAX_VALUE;
    int next = feedNumber;
    int expected = feedNumber;
    try (TextFeed<Integer> feed = TextFeed.open(engine, setting.config());
        OneByOne reference = new OneByOne(pass(setting))) {
      while (next < setting.texts() || feed.size() > 0) {
        while (feed.hasRoom() && next < setting.texts()) {
          feed.submit(next, text(seed, next, setting.longest()));
          next += setting.feeds();
        }
        if (out.size() >= takes) {
          break;
        }
        EncodeWork<Integer> result = feed.take();
        assertThat(result.item()).isEqualTo(expected);
        assertThat(content(result.outcome()))
            .as("text %d", expected)
            .isEqualTo(content(reference.run(text(seed, expected, setting.longest()))));
        out.add(result.item());
        expected += setting.feeds();
      }
    }
    return out;
  }

  /** Many are alike, some empty, some break the model. */
  private static TextRow text(long seed, int number, int longest) {
    Random random = new Random(seed ^ (number % 60) * 0x9E3779B97F4A7C15L);
    int[] ids = random.ints(random.nextInt(longest + 1), 0, 1000).toArray();
    int fate = random.nextInt(12);
    if (ids.length > 0 && fate < 2) {
      ids[random.nextInt(ids.length)] =
          fate == 0 ? FakeEncoderPass.NAN_ID : FakeEncoderPass.OUT_OF_MEMORY_ID;
    }
    int[] types = random.ints(ids.length, 0, 2).toArray();
    return new TextRow(TokenIds.of(ids), TokenIds.of(types), random.nextInt(3));
  }

  private static Object content(Outcome outcome) {
    return outcome instanceof Vector vector ? List.of(box(vector.values())) : outcome;
  }

  private static List<Float> box(float[] values) {
    List<Float> boxed = new ArrayList<>();
    for (float value : values) {
      boxed.add(value);
    }
    return boxed;
  }

  /** A text submitted now is computed after every withdrawal before it. */
  private static void assertNothingIsLeftInside(Backend engine, Setting setting)
      throws InterruptedException {
    try (TextFeed<String> feed = TextFeed.open(engine, setting.config())) {
      feed.submit("last", new TextRow(TokenIds.of(1), TokenIds.of(0), 0));
      assertThat(feed.take().outcome()).isInstanceOf(Vector.class);
      assertThat(engine.metrics().get(Metric.WAITING_REQUESTS)).isZero();
    }
  }
}

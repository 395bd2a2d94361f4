package io.turnmill.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.engine.ModelIdentity;
import io.turnmill.engine.decode.DecoderEngine.Hooks;
import io.turnmill.engine.decode.FaultyWork.Place;
import io.turnmill.engine.decode.SuspendedSequences.Backoff;
import io.turnmill.inference.Backend;
import io.turnmill.inference.Feed;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Metric;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Request;
import io.turnmill.inference.StopCheck;
import io.turnmill.inference.Work;
import io.turnmill.testing.FakeCache;
import io.turnmill.testing.FakeForwardPass;
import io.turnmill.testing.NaiveReference;
import io.turnmill.testing.OneRequest;
import io.turnmill.testing.Tasks;
import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * A work that throws comes out failed; its company, the engine and the feed's counts never notice.
 */
class FaultyWorkTest {
  private static final int MODEL_LEN = 60;
  private static final List<Place> PLACES = List.of(Place.values());

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void aWorkThatThrowsFailsAloneAndLeavesNothingBehind(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 5) int slots,
      @ForAll @IntRange(min = 1, max = 3) int feeds,
      @ForAll @IntRange(min = 1, max = 8) int window,
      @ForAll boolean recalls)
      throws Exception {
    EngineConfig config = new EngineConfig(slots, slots + 9, MODEL_LEN);
    Backoff brief = new Backoff(1_000, 10_000, 100_000);
    try (Backend engine =
        DecoderEngine.start(
            fake(), config, ModelIdentity.NONE, new Hooks(brief, Scheduler::verifyIntegrity))) {
      Tasks.together(feeds, feed -> run(engine, seed + 1000L * feed, window, recalls));

      try (Feed<OneRequest> last = engine.open(1)) {
        last.submit(new OneRequest(OneRequest.greedy(TokenIds.of(1), 1, Set.of())));
        last.take();
        assertThat(engine.metrics().get(Metric.SLOTS_IN_USE)).isZero();
        assertThat(engine.metrics().get(Metric.WAITING_REQUESTS)).isZero();
      }
    }
  }

  private static Void run(Backend engine, long seed, int window, boolean recalls) throws Exception {
    Random random = new Random(seed);
    List<FaultyWork> works = new ArrayList<>();
    IdentityHashMap<FaultyWork, List<Outcome>> expected = new IdentityHashMap<>();
    try (NaiveReference reference = new NaiveReference(fake(), MODEL_LEN)) {
      for (int i = 0; i < 12; i++) {
        Place place = PLACES.get(random.nextInt(PLACES.size()));
        int passes = random.nextBoolean() ? random.nextInt(4) : Integer.MAX_VALUE;
        Throwable fault = random.nextBoolean() ? new StackOverflowError() : new Broken();
        FaultyWork work = new FaultyWork(new ScriptedWork(seed + i), place, passes, fault);
        works.add(work);
        expected.put(work, new ScriptedWork(seed + i).runAll(reference));
      }
    }
    try (Feed<FaultyWork> feed =
        recalls
            // Every feed has a scope of its own: stop checks differ.
            ? engine.open(window, FakeCache.knowingNothing("feed " + seed))
            : engine.open(window)) {
      int submitted = 0;
      while (submitted < works.size() || feed.size() > 0) {
        while (feed.hasRoom() && submitted < works.size()) {
          feed.submit(works.get(submitted++));
        }
        FaultyWork done = feed.take();
        List<Outcome> outcomes = expected.remove(done);
        assertThat(done.leftAlone()).isTrue();
        if (done.failure().isEmpty()) {
          assertThat(done.script().outcomes()).isEqualTo(outcomes);
        } else if (done.place() == Place.VOCABULARY) {
          assertThat(done.failure().get()).hasMessageEndingWith("This is a bug.");
        }
      }
      assertThat(expected).isEmpty();
      for (int i = 0; i < window; i++) {
        assertThat(feed.hasRoom()).isTrue();
        feed.submit(new FaultyWork(new ScriptedWork(0), Place.NEXT, 0, new Broken()));
      }
      assertThat(feed.hasRoom()).isFalse();
    }
    return null;
  }

  @Example
  void whoWaitsForTheReplyOfAWorkThatFailedGetsIt() throws Exception {
    try (Backend engine =
            DecoderEngine.start(fake(), new EngineConfig(2, 16, MODEL_LEN), ModelIdentity.NONE);
        Feed<Work> feed = engine.open(3, FakeCache.knowingNothing())) {
      OneRequest first = new OneRequest(greedy(1));
      feed.submit(new Failing(greedy(1)));
      feed.submit(first);
      feed.take();
      feed.take();
      try (NaiveReference reference = new NaiveReference(fake(), MODEL_LEN)) {
        assertThat(first.completion().ids())
            .isEqualTo(((Outcome.Completion) reference.run(greedy(1))).ids());
      }
    }
  }

  @Example
  void aFaultThatIsNotTheWorksAloneIsThrownToTheCallerOfTheFeed() {
    try (Backend engine =
            DecoderEngine.start(fake(), new EngineConfig(2, 16, MODEL_LEN), ModelIdentity.NONE);
        Feed<Work> feed = engine.open(3)) {
      Work work =
          new Work() {
            @Override
            public List<Request> next() {
              throw new Broken();
            }

            @Override
            public void accept(Request request, Outcome outcome) {}

            @Override
            public boolean done() {
              return false;
            }
          };
      assertThatThrownBy(() -> feed.submit(work)).isInstanceOf(Broken.class);
    }
  }

  @Example
  void aStopCheckWithoutEndCostsItsOwnReplyOnly() throws Exception {
    StopCheck endless =
        id -> {
          throw new StackOverflowError();
        };
    Together works =
        FakeEngine.runTogether(
            FakeEngine.pass(),
            FakeEngine.CONFIG,
            List.of(
                OneRequest.greedy(TokenIds.of(1), 20, Set.of()),
                OneRequest.greedy(TokenIds.of(2), 20, 0, Set.of(), endless)));

    assertThat(works.codes()).containsExactly(Map.entry(1, Outcome.FailureCode.ENGINE_ERROR));
    try (NaiveReference reference = new NaiveReference(FakeEngine.pass(), MODEL_LEN)) {
      assertThat(ScriptedWork.comparable(works.outcomes().get(0)))
          .isEqualTo(reference.run(OneRequest.greedy(TokenIds.of(1), 20, Set.of())));
    }
  }

  private static FakeForwardPass fake() {
    return new FakeForwardPass(ScriptedWork.VOCAB_SIZE, ScriptedWork.END_ID, 0.1);
  }

  private static Generate greedy(int id) {
    return OneRequest.greedy(TokenIds.of(id), 5, Set.of());
  }

  private static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Throws at the first outcome. */
  private static final class Failing implements Work {
    private final List<Generate> requests;
    private boolean handedOut;
    private boolean failed;

    Failing(Generate... requests) {
      this.requests = List.of(requests);
    }

    @Override
    public List<Request> next() {
      List<Request> now = handedOut ? List.of() : List.copyOf(requests);
      handedOut = true;
      return now;
    }

    @Override
    public void accept(Request request, Outcome outcome) {
      throw new Broken();
    }

    @Override
    public boolean done() {
      return failed;
    }

    @Override
    public boolean fail(Throwable thrown) {
      failed = true;
      return true;
    }
  }
}

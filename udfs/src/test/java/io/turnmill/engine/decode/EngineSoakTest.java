package io.turnmill.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.engine.ModelIdentity;
import io.turnmill.engine.decode.DecoderEngine.Hooks;
import io.turnmill.engine.decode.SuspendedSequences.Backoff;
import io.turnmill.inference.Backend;
import io.turnmill.inference.Feed;
import io.turnmill.inference.Metric;
import io.turnmill.inference.Metrics;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.Request;
import io.turnmill.inference.Work;
import io.turnmill.testing.FakeForwardPass;
import io.turnmill.testing.OneRequest;
import io.turnmill.testing.Tasks;
import io.turnmill.token.TokenIds;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Many sessions from many threads, some of which die: every session of the others comes out once.
 */
class EngineSoakTest {
  private static final int FEEDS = 8;
  private static final TokenIds SYSTEM_PROMPT = ids(new Random(1), 100);

  @Test
  void fiveThousandSessions() throws Exception {
    soak(5_000);
  }

  @Test
  @Tag("slow")
  void hundredThousandSessions() throws Exception {
    soak(100_000);
  }

  private static void soak(int sessions) throws Exception {
    FakeForwardPass pass = new FakeForwardPass(1000, 7, 0.05);
    try (Backend engine =
        DecoderEngine.start(
            pass,
            new EngineConfig(64, 1024, 1024),
            ModelIdentity.NONE,
            new Hooks(Backoff.USUAL, Scheduler::verifyIntegrity))) {
      int out =
          Tasks.together(FEEDS, feed -> runFeed(engine, feed, sessions / FEEDS)).stream()
              .mapToInt(Integer::intValue)
              .sum();
      Metrics stats = engine.metrics();

      assertThat(out).isEqualTo(sessions / FEEDS * FEEDS);
      assertThat(stats.get(Metric.SLOTS_IN_USE_PEAK)).isEqualTo(64);
      assertThat(stats.get(Metric.REPLIES)).isGreaterThanOrEqualTo(2L * out);
      assertThat(stats.get(Metric.CACHED_TOKENS)).isGreaterThan(stats.prefilledTokens());
    }
  }

  /** Every fiftieth work, the task is killed and starts anew with what had not come out. */
  private static int runFeed(Backend engine, int number, int sessions) throws Exception {
    int out = 0;
    int tasks = 0;
    while (out < sessions) {
      tasks++;
      try (Feed<Chat> feed = engine.open(16)) {
        int submitted = out;
        int end = Math.min(sessions, out + 50 * tasks);
        while (out < end) {
          while (feed.hasRoom() && submitted < sessions) {
            feed.submit(new Chat(31L * number + submitted++));
          }
          assertThat(feed.take().replies).isEqualTo(2);
          out++;
        }
      }
    }
    return out;
  }

  /** Two turns behind a system prompt that all share. */
  private static final class Chat implements Work {
    private final Random random;
    private TokenIds history;
    private int asked;
    private int replies;

    Chat(long seed) {
      this.random = new Random(seed);
      this.history = SYSTEM_PROMPT.concat(ids(random, 5 + random.nextInt(60)));
    }

    @Override
    public List<Request> next() {
      if (asked > replies || asked == 2) {
        return List.of();
      }
      asked++;
      return List.of(OneRequest.greedy(history, 40, Set.of(7)));
    }

    @Override
    public boolean mayContinue() {
      return asked < 2;
    }

    @Override
    public void accept(Request request, Outcome outcome) {
      replies++;
      history = history.concat(((Completion) outcome).ids()).concat(ids(random, 10));
    }

    @Override
    public boolean done() {
      return replies == 2;
    }
  }

  private static TokenIds ids(Random random, int count) {
    return TokenIds.of(random.ints(count, 0, 998).toArray());
  }
}

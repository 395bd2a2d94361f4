package io.turnmill.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.engine.ModelIdentity;
import io.turnmill.engine.decode.DecoderEngine.Hooks;
import io.turnmill.engine.decode.SuspendedSequences.Backoff;
import io.turnmill.inference.Backend;
import io.turnmill.inference.BackendException;
import io.turnmill.inference.BackendException.Reason;
import io.turnmill.inference.Feed;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Metric;
import io.turnmill.inference.Work;
import io.turnmill.testing.FakeForwardPass;
import io.turnmill.testing.OneRequest;
import io.turnmill.token.TokenIds;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How tasks hand works to an engine and take them back, and how they leave. */
class FeedTest {
  @Test
  void workWithoutRequestsComesBackAtOnce() throws Exception {
    try (Backend engine =
            DecoderEngine.start(FakeEngine.pass(), FakeEngine.CONFIG, ModelIdentity.NONE);
        Feed<Work> feed = engine.open(1)) {
      Work empty = Together.of(List.of());
      feed.submit(empty);

      assertThat(feed.hasRoom()).isFalse();
      assertThat(feed.poll()).containsSame(empty);
      assertThat(feed.size()).isZero();
      assertThat(feed.poll()).isEmpty();
    }
  }

  @Test
  void aFeedHasRoomForRequestsNotForWorks() throws Exception {
    try (Backend engine =
            DecoderEngine.start(FakeEngine.pass(), FakeEngine.CONFIG, ModelIdentity.NONE);
        Feed<Work> feed = engine.open(4)) {
      feed.submit(Together.of(requests(3)));
      assertThat(feed.hasRoom()).isTrue();
      feed.submit(Together.of(requests(3)));
      assertThat(feed.hasRoom()).isFalse();
      assertThatThrownBy(() -> feed.submit(Together.of(requests(3))))
          .hasMessage("a work was submitted to a full feed. This is a bug.");

      feed.take();
      feed.take();
      assertThat(feed.size()).isZero();
      for (int i = 0; i < 4; i++) {
        assertThat(feed.hasRoom()).isTrue();
        feed.submit(Together.of(List.of())); // done, and not taken
      }
      assertThat(feed.hasRoom()).isFalse();
    }
  }

  @Test
  void aWorkAloneAlwaysHasRoomHoweverMuchItAsks() throws Exception {
    Together work =
        FakeEngine.runTogether(
            FakeEngine.pass(), FakeEngine.CONFIG, requests(20)); // with a window of one
    assertThat(work.codes()).isEmpty();
    work.assertOthersEqualTheNaiveReference();
  }

  private static List<Generate> requests(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> OneRequest.greedy(TokenIds.of(i), 5, Set.of()))
        .toList();
  }

  /** The third pass does not begin before the reply that the first one ended was taken. */
  @Test
  void whatAStepBroughtIsDeliveredWhileTheNextIsComputed() throws Exception {
    CountDownLatch taken = new CountDownLatch(1);
    AtomicInteger passes = new AtomicInteger();
    FakeForwardPass pass =
        FakeEngine.pass()
            .computesApart()
            .beforeForward(
                batch -> {
                  if (passes.incrementAndGet() == 3) {
                    awaitUninterruptibly(taken);
                  }
                });
    OneRequest brief = new OneRequest(OneRequest.greedy(FakeEngine.prompt(3), 1, Set.of()));
    OneRequest lengthy = new OneRequest(OneRequest.greedy(FakeEngine.prompt(4), 9, Set.of()));
    try (Backend engine =
            DecoderEngine.start(
                pass,
                FakeEngine.CONFIG,
                ModelIdentity.NONE,
                new Hooks(Backoff.USUAL, Scheduler::verifyIntegrity));
        Feed<OneRequest> feed = engine.open(2)) {
      feed.submit(brief);
      feed.submit(lengthy);
      assertThat(feed.take()).isSameAs(brief);
      taken.countDown();
      assertThat(feed.take()).isSameAs(lengthy);
    }
  }

  @Test
  void closedFeedLeavesItsSlotsToOthersAtOnce() throws Exception {
    Semaphore passes = new Semaphore(0);
    FakeForwardPass pass =
        FakeEngine.pass().beforeForward(batch -> passes.acquireUninterruptibly());
    try (Backend engine =
        DecoderEngine.start(
            pass,
            FakeEngine.CONFIG,
            ModelIdentity.NONE,
            new Hooks(Backoff.USUAL, Scheduler::verifyIntegrity))) {
      Feed<Together> killed = engine.open(1);
      killed.submit(
          Together.of(
              IntStream.range(0, 20)
                  .mapToObj(i -> OneRequest.greedy(TokenIds.of(i), 60, Set.of()))
                  .toList()));
      killed.close();
      killed.close();
      passes.release(2);
      try (Feed<OneRequest> other = engine.open(1)) {
        other.submit(new OneRequest(OneRequest.greedy(TokenIds.of(1), 1, Set.of())));
        assertThat(other.take().completion().generatedTokens()).isEqualTo(1);
      }

      assertThat(engine.metrics().get(Metric.WITHDRAWN)).isEqualTo(20);
      assertThat(engine.metrics().get(Metric.SLOTS_IN_USE)).isZero();
      assertThat(engine.metrics().get(Metric.WAITING_REQUESTS)).isZero();
      assertThatThrownBy(killed::take)
          .isInstanceOfSatisfying(
              BackendException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CLOSED))
          .hasMessage("the feed is closed");
    }
  }

  @Test
  void closedFeedTakesNothingIn() {
    try (Backend engine =
        DecoderEngine.start(FakeEngine.pass(), FakeEngine.CONFIG, ModelIdentity.NONE)) {
      Feed<OneRequest> feed = engine.open(1);
      feed.close();
      assertThatThrownBy(
              () -> feed.submit(new OneRequest(OneRequest.greedy(TokenIds.of(1), 1, Set.of()))))
          .isInstanceOf(BackendException.class)
          .hasMessage("the feed is closed");
    }
  }

  @Test
  void closingAFeedWakesTheThreadThatWaitsOnIt() throws Exception {
    CountDownLatch inForward = new CountDownLatch(1);
    CountDownLatch hold = new CountDownLatch(1);
    FakeForwardPass pass =
        FakeEngine.pass()
            .beforeForward(
                batch -> {
                  inForward.countDown();
                  awaitUninterruptibly(hold);
                });
    try (Backend engine = DecoderEngine.start(pass, FakeEngine.CONFIG, ModelIdentity.NONE)) {
      Feed<OneRequest> feed = engine.open(1);
      FutureTask<OneRequest> task =
          new FutureTask<>(
              () -> {
                feed.submit(new OneRequest(OneRequest.greedy(TokenIds.of(1), 60, Set.of())));
                return feed.take();
              });
      Thread thread = new Thread(task);
      thread.start();
      inForward.await();
      feed.close();

      assertThatThrownBy(task::get).hasRootCauseMessage("the feed is closed");
      hold.countDown();
    }
  }

  @Test
  void interruptedThreadLeavesItsFeedWholeAndCanCloseIt() throws Exception {
    Semaphore passes = new Semaphore(0);
    FakeForwardPass pass =
        FakeEngine.pass().beforeForward(batch -> passes.acquireUninterruptibly());
    try (Backend engine =
            DecoderEngine.start(
                pass,
                FakeEngine.CONFIG,
                ModelIdentity.NONE,
                new Hooks(Backoff.USUAL, Scheduler::verifyIntegrity));
        Feed<OneRequest> feed = engine.open(1)) {
      feed.submit(new OneRequest(OneRequest.greedy(TokenIds.of(1), 2, Set.of())));
      Thread.currentThread().interrupt();
      assertThatThrownBy(feed::take).isInstanceOf(InterruptedException.class);

      passes.release(2);
      assertThat(feed.take().completion().generatedTokens()).isEqualTo(2);
    }
  }

  @Test
  void closingTheEngineTellsOpenFeeds() throws Exception {
    Backend engine = DecoderEngine.start(FakeEngine.pass(), FakeEngine.CONFIG, ModelIdentity.NONE);
    Feed<OneRequest> feed = engine.open(1);
    engine.close();
    engine.close();

    assertThatThrownBy(
            () -> feed.submit(new OneRequest(OneRequest.greedy(FakeEngine.prompt(2), 1, Set.of()))))
        .isInstanceOf(BackendException.class)
        .hasMessage("the engine is closed");
    assertThatThrownBy(() -> engine.open(1)).hasMessage("the engine is closed");
  }

  @Test
  void feedRefusesWhatWouldBreakTheEngine() {
    try (Backend engine =
            DecoderEngine.start(FakeEngine.pass(), FakeEngine.CONFIG, ModelIdentity.NONE);
        Feed<Work> feed = engine.open(1)) {
      assertThatThrownBy(feed::take)
          .hasMessage("nothing was submitted to this feed that could be taken. This is a bug.");
      assertThatThrownBy(
              () -> feed.submit(new OneRequest(OneRequest.greedy(TokenIds.of(50), 5, Set.of()))))
          .hasMessage("a prompt has an id outside the vocabulary. This is a bug.");
      assertThatThrownBy(() -> feed.submit(Together.of(List.of())))
          .hasMessage("a work was submitted to a full feed. This is a bug.");
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

package io.turnmill.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.inference.Backend;
import io.turnmill.inference.Feed;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.testing.FakeCache;
import io.turnmill.testing.FakeForwardPass;
import io.turnmill.testing.OneRequest;
import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/** What becomes of those that wait for a reply that does not come. */
class HandedOnTest {
  private static final TokenIds PROMPT = TokenIds.of(5, 6, 7);

  /** Of three that wait for a feed that is closed, one asks, and the others wait for that one. */
  @Test
  void whatAClosedFeedLeavesIsComputedOnceForAllOthers() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    Semaphore passes = new Semaphore(0);
    FakeForwardPass pass =
        FakeEngine.pass()
            .beforeForward(
                batch -> {
                  begun.countDown();
                  passes.acquireUninterruptibly();
                });
    try (Backend engine = FakeEngine.start(pass);
        Feed<OneRequest> second = engine.open(3, FakeCache.knowingNothing());
        Feed<OneRequest> gone = engine.open(1, FakeCache.knowingNothing());
        Feed<OneRequest> third = engine.open(1, FakeCache.knowingNothing())) {
      Feed<OneRequest> first = engine.open(1, FakeCache.knowingNothing());
      first.submit(new OneRequest(greedy(1)));
      begun.await();
      gone.submit(new OneRequest(greedy(2)));
      for (int i = 0; i < 3; i++) {
        second.submit(new OneRequest(greedy(3 + i)));
      }
      third.submit(new OneRequest(greedy(6)));
      gone.close();
      first.close();
      passes.release(1000);

      List<Completion> replies = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        replies.add(second.take().completion());
      }
      replies.add(third.take().completion());
      assertThat(replies)
          .extracting(Completion::ids)
          .containsOnly(FakeEngine.byReference(greedy(1)).ids());
      assertThat(replies).filteredOn(reply -> !reply.reused()).hasSize(1);
    }
  }

  /** The feed that is to ask next is closed before it does. */
  @Test
  void whoIsClosedBeforeItAsksHandsOn() throws Exception {
    Semaphore passes = new Semaphore(0);
    FakeForwardPass pass =
        FakeEngine.pass().beforeForward(batch -> passes.acquireUninterruptibly());
    try (Backend engine = FakeEngine.start(pass);
        Feed<OneRequest> first = engine.open(1, FakeCache.knowingNothing());
        Feed<OneRequest> second = engine.open(1, FakeCache.knowingNothing());
        Feed<OneRequest> third = engine.open(1, FakeCache.knowingNothing())) {
      List.of(first, second, third).forEach(feed -> feed.submit(new OneRequest(greedy(1))));
      first.close();
      second.close();
      passes.release(1000);
      assertThat(third.take().completion().ids())
          .isEqualTo(FakeEngine.byReference(greedy(1)).ids());
    }
  }

  private static Generate greedy(long randomKey) {
    return FakeEngine.greedy(PROMPT, randomKey);
  }
}

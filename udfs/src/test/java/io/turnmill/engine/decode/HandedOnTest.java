package io.turnmill.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.engine.ModelIdentity;
import io.turnmill.engine.decode.DecoderEngine.Hooks;
import io.turnmill.engine.decode.SuspendedSequences.Backoff;
import io.turnmill.inference.Backend;
import io.turnmill.inference.CompletionCache;
import io.turnmill.inference.Feed;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.RequestKey;
import io.turnmill.inference.SamplingParams;
import io.turnmill.inference.StopCheck;
import io.turnmill.inference.Work;
import io.turnmill.testing.FakeForwardPass;
import io.turnmill.testing.NaiveReference;
import io.turnmill.testing.OneRequest;
import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/** What becomes of those that wait for a reply that does not come. */
class HandedOnTest {
  private static final EngineConfig CONFIG = new EngineConfig(4, 16, 64);

  /** Of three that wait for a feed that is closed, one asks, and the others wait for that one. */
  @Test
  void whatAClosedFeedLeavesIsComputedOnceForAllOthers() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    Semaphore passes = new Semaphore(0);
    FakeForwardPass pass =
        fake()
            .beforeForward(
                batch -> {
                  begun.countDown();
                  passes.acquireUninterruptibly();
                });
    try (Backend engine =
            DecoderEngine.start(
                pass,
                CONFIG,
                ModelIdentity.NONE,
                new Hooks(Backoff.USUAL, Scheduler::verifyIntegrity));
        Feed<OneRequest> second = engine.open(3, new NothingKnown<>());
        Feed<OneRequest> gone = engine.open(1, new NothingKnown<>());
        Feed<OneRequest> third = engine.open(1, new NothingKnown<>())) {
      Feed<OneRequest> first = engine.open(1, new NothingKnown<>());
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
      assertThat(replies).extracting(Completion::ids).containsOnly(plain(greedy(1)).ids());
      assertThat(replies).filteredOn(reply -> !reply.reused()).hasSize(1);
    }
  }

  /** The feed that is to ask next is closed before it does. */
  @Test
  void whoIsClosedBeforeItAsksHandsOn() throws Exception {
    Semaphore passes = new Semaphore(0);
    FakeForwardPass pass = fake().beforeForward(batch -> passes.acquireUninterruptibly());
    try (Backend engine =
            DecoderEngine.start(
                pass,
                CONFIG,
                ModelIdentity.NONE,
                new Hooks(Backoff.USUAL, Scheduler::verifyIntegrity));
        Feed<OneRequest> first = engine.open(1, new NothingKnown<>());
        Feed<OneRequest> second = engine.open(1, new NothingKnown<>());
        Feed<OneRequest> third = engine.open(1, new NothingKnown<>())) {
      List.of(first, second, third).forEach(feed -> feed.submit(new OneRequest(greedy(1))));
      first.close();
      second.close();
      passes.release(1000);
      assertThat(third.take().completion().ids()).isEqualTo(plain(greedy(1)).ids());
    }
  }

  private static final class NothingKnown<W extends Work> implements CompletionCache<W> {
    @Override
    public String scope() {
      return "a model";
    }

    @Override
    public Optional<Completion> find(RequestKey key) {
      return Optional.empty();
    }

    @Override
    public void learn(W work, RequestKey key, Completion completion) {}
  }

  private static Generate greedy(long randomKey) {
    SamplingParams sampling = SamplingParams.greedy(12).withStopTokenIds(Set.of(2));
    return new Generate(TokenIds.of(5, 6, 7), sampling, randomKey, () -> StopCheck.NEVER);
  }

  private static Completion plain(Generate request) {
    try (NaiveReference reference = new NaiveReference(fake(), CONFIG.maxModelLen())) {
      return (Completion) reference.run(request);
    }
  }

  private static FakeForwardPass fake() {
    return new FakeForwardPass(50, 2, 0.05);
  }
}

package io.turnmill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.engine.Outcome.Completion;
import io.turnmill.token.TokenIds;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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
    try (Engine engine = Engine.start(pass, CONFIG, Scheduler::verifyIntegrity);
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
    try (Engine engine = Engine.start(pass, CONFIG, Scheduler::verifyIntegrity);
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

  /** A work of two turns, whose second one waits for a reply that fails. */
  @Test
  void whoAsksForWhatAnotherDidNotGetKeepsItsPlaceAsAWorkUnderWay() {
    Inbox<Sequence> inbox = new Inbox<>();
    SharedReplies shared = new SharedReplies();
    Mailbox<Sequence.Delivery> other = new Mailbox<>();
    Mailbox<Sequence.Delivery> own = new Mailbox<>();
    inbox.open(own);
    Recalled<TwoTurns> recalled = new Recalled<>(new NothingKnown<>(), shared, own);
    Request second = greedy(2);
    RequestKey key = RequestKey.of(second, "a model");
    assertThat(shared.claim(key, greedy(1), other)).isInstanceOf(SharedReplies.Claim.Ask.class);
    Feed<TwoTurns> feed = new Feed<>(inbox, own, Optional.of(recalled), 50, 1);

    feed.submit(new TwoTurns(request(TokenIds.of(8)), second));
    Sequence first = inbox.take(0).submitted().get(0);
    assertThat(first.followUp()).isFalse();
    own.deliver(new Sequence.Delivery(first.request(), Optional.of(plain(greedy(1)))));
    assertThat(feed.poll()).isEmpty();
    shared.withdraw(other);
    assertThat(feed.poll()).isEmpty();
    Sequence asked = inbox.take(0).submitted().get(0);
    assertThat(asked.request()).isSameAs(second);
    assertThat(asked.followUp()).isTrue();
    assertThat(asked.goesOn()).isTrue();
  }

  private static final class NothingKnown<W extends Work> implements Recall<W> {
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

  private static final class TwoTurns implements Work {
    private final Deque<Request> turns;
    private boolean waits;

    TwoTurns(Request... turns) {
      this.turns = new ArrayDeque<>(List.of(turns));
    }

    @Override
    public List<Request> next() {
      if (waits || turns.isEmpty()) {
        return List.of();
      }
      waits = true;
      return List.of(turns.remove());
    }

    @Override
    public boolean goesOn() {
      return true;
    }

    @Override
    public void accept(Request request, Outcome outcome) {
      waits = false;
    }

    @Override
    public boolean done() {
      return !waits && turns.isEmpty();
    }
  }

  private static Request greedy(long randomKey) {
    SamplingParams sampling = SamplingParams.greedy(12).withStopTokenIds(Set.of(2));
    return new Request(TokenIds.of(5, 6, 7), sampling, randomKey, () -> StopCheck.NEVER);
  }

  private static Request request(TokenIds prompt) {
    return OneRequest.greedy(prompt, 12, Set.of(2));
  }

  private static Completion plain(Request request) {
    try (NaiveReference reference = new NaiveReference(fake(), CONFIG.maxModelLen())) {
      return (Completion) reference.run(request);
    }
  }

  private static FakeForwardPass fake() {
    return new FakeForwardPass(50, 2, 0.05);
  }
}

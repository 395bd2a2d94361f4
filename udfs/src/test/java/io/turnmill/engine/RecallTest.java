package io.turnmill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.engine.Outcome.Completion;
import io.turnmill.engine.Outcome.FailureCode;
import io.turnmill.engine.Outcome.FinishReason;
import io.turnmill.engine.TokenLogprob.Alternative;
import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/** Requests whose replies are known, or are being computed for others. */
class RecallTest {
  private static final EngineConfig CONFIG = new EngineConfig(4, 16, 64);
  private static final TokenIds PROMPT = TokenIds.of(5, 6, 7);

  /** Remembers in a map. */
  private static final class Remembering implements Recall<OneRequest> {
    private final Map<RequestKey, Completion> known = new HashMap<>();
    private final List<RequestKey> asked = new ArrayList<>();

    @Override
    public String scope() {
      return "a model";
    }

    @Override
    public Optional<Completion> find(RequestKey key) {
      asked.add(key);
      return Optional.ofNullable(known.get(key));
    }

    @Override
    public void learn(OneRequest work, RequestKey key, Completion completion) {
      known.put(key, completion);
    }
  }

  @Test
  void equalGreedyRequestsOfOneFeedAreComputedOnce() throws Exception {
    try (Engine engine = Engine.start(fake(), CONFIG, Scheduler::verifyIntegrity)) {
      Remembering recall = new Remembering();
      List<Completion> replies = all(engine, recall, greedy(1), greedy(2), greedy(3));

      assertThat(replies).extracting(Completion::ids).containsOnly(plain(greedy(1)).ids());
      assertThat(replies).extracting(Completion::sumLogprob).containsOnly(sum(greedy(1)));
      assertThat(replies).extracting(Completion::reused).containsExactly(false, true, true);
      assertThat(engine.stats().prefilledTokens()).isEqualTo(PROMPT.size());
      assertThat(recall.known).hasSize(1);
    }
  }

  @Test
  void aReplyThatIsKnownNeverReachesTheEngine() throws Exception {
    Remembering recall = new Remembering();
    try (Engine engine = Engine.start(fake(), CONFIG, Scheduler::verifyIntegrity)) {
      all(engine, recall, greedy(1), sampled(7));
    }
    FakeForwardPass never =
        fake()
            .beforeForward(
                batch -> {
                  throw new IllegalStateException("The model must not be asked.");
                });
    try (Engine engine = Engine.start(never, CONFIG)) {
      List<Completion> replies = all(engine, recall, greedy(1), sampled(7));
      assertThat(replies).extracting(Completion::reused).containsOnly(true);
      assertThat(replies)
          .extracting(Completion::ids)
          .containsExactly(plain(greedy(1)).ids(), plain(sampled(7)).ids());
      assertThat(replies)
          .extracting(Completion::sumLogprob)
          .containsExactly(sum(greedy(1)), sum(sampled(7)));
    }
  }

  @Test
  void aSampledReplyIsGivenToItsOwnRandomKeyOnly() throws Exception {
    try (Engine engine = Engine.start(fake(), CONFIG, Scheduler::verifyIntegrity)) {
      List<Completion> replies =
          all(engine, new Remembering(), sampled(1), sampled(2), sampled(1), sampled(3));

      assertThat(replies).extracting(Completion::reused).containsExactly(false, false, true, false);
      for (int i = 0; i < 4; i++) {
        assertThat(replies.get(i).ids())
            .isEqualTo(plain(sampled(List.of(1, 2, 1, 3).get(i))).ids());
      }
    }
  }

  @Test
  void equalRequestsOfTwoFeedsAtTheSameTimeAreComputedOnce() throws Exception {
    Semaphore passes = new Semaphore(0);
    FakeForwardPass pass = fake().beforeForward(batch -> passes.acquireUninterruptibly());
    try (Engine engine = Engine.start(pass, CONFIG, Scheduler::verifyIntegrity);
        Feed<OneRequest> first = engine.open(1, new Remembering());
        Feed<OneRequest> second = engine.open(1, new Remembering())) {
      first.submit(new OneRequest(greedy(1)));
      second.submit(new OneRequest(greedy(2)));
      passes.release(100);

      assertThat(first.take().completion().reused()).isFalse();
      assertThat(second.take().completion().ids()).isEqualTo(plain(greedy(1)).ids());
      assertThat(engine.stats().prefilledTokens()).isEqualTo(PROMPT.size());
    }
  }

  @Test
  void whoWaitsForAFeedThatIsClosedAsksTheEngineItself() throws Exception {
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
        Feed<OneRequest> second = engine.open(1, new Remembering())) {
      Feed<OneRequest> first = engine.open(1, new Remembering());
      first.submit(new OneRequest(greedy(1)));
      begun.await();
      second.submit(new OneRequest(greedy(2)));
      first.close();
      passes.release(100);

      Completion reply = second.take().completion();
      assertThat(reply.reused()).isFalse();
      assertThat(reply.ids()).isEqualTo(plain(greedy(1)).ids());
    }
  }

  @Test
  void aClosedFeedLeavesNothingForWhichOthersWait() throws Exception {
    try (Engine engine = Engine.start(fake(), CONFIG, Scheduler::verifyIntegrity)) {
      Feed<OneRequest> closed = engine.open(1, new Remembering());
      closed.close();
      assertThatThrownBy(() -> closed.submit(new OneRequest(greedy(1))))
          .hasMessage("the feed is closed");
      assertThat(all(engine, new Remembering(), greedy(2)))
          .extracting(Completion::reused)
          .containsExactly(false);
    }
  }

  @Test
  void aFailureIsNotLearntAndEveryoneWhoWaitedForItHasItsOwn() throws Exception {
    FakeForwardPass pass = fake();
    TokenIds poison = TokenIds.of(1, pass.nanId());
    Remembering recall = new Remembering();
    try (Engine engine = Engine.start(pass, CONFIG, Scheduler::verifyIntegrity);
        Feed<OneRequest> feed = engine.open(3, recall)) {
      for (int i = 0; i < 3; i++) {
        feed.submit(new OneRequest(OneRequest.greedy(poison, 9, Set.of())));
      }
      for (int i = 0; i < 3; i++) {
        assertThat(feed.take().failure().code()).isEqualTo(FailureCode.NON_FINITE_LOGITS);
      }
      assertThat(recall.known).isEmpty();
    }
  }

  /** {@link EverySamplingParameterTest} tells of the settings. */
  @Test
  void scopePromptAndRandomNumbersAreInTheKeyOfARequest() {
    SamplingParams greedy = SamplingParams.greedy(9).withStopTokenIds(Set.of(3, 4));
    SamplingParams sampled = TestSampling.sampled(9, 0.5);
    assertThat(
            Set.of(
                key(PROMPT, greedy, 1, "a"),
                key(PROMPT, greedy, 1, "b"),
                key(TokenIds.of(5, 6), greedy, 1, "a"),
                key(PROMPT, sampled, 1, "a"),
                key(PROMPT, sampled, 2, "a")))
        .hasSize(5);

    assertThat(key(PROMPT, greedy, 2, "a")).isEqualTo(key(PROMPT, greedy, 1, "a"));
    SamplingParams same = SamplingParams.greedy(9).withStopTokenIds(Set.of(4, 3));
    assertThat(key(PROMPT, same, 1, "a")).isEqualTo(key(PROMPT, greedy, 1, "a"));
  }

  static RequestKey key(TokenIds prompt, SamplingParams s, long randomKey, String scope) {
    return RequestKey.of(new Request(prompt, s, randomKey, () -> StopCheck.NEVER), scope);
  }

  @Test
  void bytesOfAReplyAreTheReplyAndDamagedOnesAreRefused() {
    Completion reply =
        new Completion(TokenIds.of(9, 1 << 20), FinishReason.STOP, 2, 12, 3, 3, -1.25, LOGPROBS);
    byte[] bytes = ReplyCodec.encode(reply);

    assertThat(ReplyCodec.decode(bytes)).isEqualTo(reply.asReused());
    Completion without =
        new Completion(TokenIds.of(9), FinishReason.LENGTH, -1, 12, 3, 1, -1.25, List.of());
    assertThat(ReplyCodec.decode(ReplyCodec.encode(without))).isEqualTo(without.asReused());
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> ReplyCodec.decode(cut))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("The bytes are no reply.");
    }
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 4);
    assertThatThrownBy(() -> ReplyCodec.decode(longer)).hasMessage("The bytes are no reply.");
  }

  private static final List<TokenLogprob> LOGPROBS =
      List.of(
          new TokenLogprob(9, -0.5f, List.of(new Alternative(9, -0.5f))),
          new TokenLogprob(1 << 20, -0.5f, List.of()),
          new TokenLogprob(
              2, -0.25f, List.of(new Alternative(2, -0.25f), new Alternative(3, -9f))));

  private static FakeForwardPass fake() {
    return new FakeForwardPass(50, 2, 0.05);
  }

  private static Request greedy(long randomKey) {
    return new Request(
        PROMPT,
        SamplingParams.greedy(12).withStopTokenIds(Set.of(2)),
        randomKey,
        () -> StopCheck.NEVER);
  }

  private static Request sampled(long randomKey) {
    return new Request(
        PROMPT,
        TestSampling.sampled(12, 0.8).withStopTokenIds(Set.of(2)),
        randomKey,
        () -> StopCheck.NEVER);
  }

  /** Replies in the order of the requests. */
  private static List<Completion> all(Engine engine, Recall<OneRequest> recall, Request... requests)
      throws InterruptedException {
    List<OneRequest> works = Arrays.stream(requests).map(OneRequest::new).toList();
    try (Feed<OneRequest> feed = engine.open(works.size(), recall)) {
      works.forEach(feed::submit);
      for (int i = 0; i < works.size(); i++) {
        feed.take();
      }
    }
    return works.stream().map(OneRequest::completion).toList();
  }

  /** What the naive reference says. */
  private static Completion plain(Request request) {
    try (NaiveReference reference = new NaiveReference(fake(), CONFIG.maxModelLen())) {
      return (Completion) reference.run(request);
    }
  }

  private static double sum(Request request) {
    return plain(request).sumLogprob();
  }
}

package io.turnmill.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.engine.ModelIdentity;
import io.turnmill.inference.Backend;
import io.turnmill.inference.CompletionCache;
import io.turnmill.inference.CompletionCodec;
import io.turnmill.inference.Feed;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.Outcome.FailureCode;
import io.turnmill.inference.Outcome.FinishReason;
import io.turnmill.inference.RequestKey;
import io.turnmill.inference.SamplingParams;
import io.turnmill.inference.StopCheck;
import io.turnmill.inference.TokenLogprob;
import io.turnmill.inference.TokenLogprob.Alternative;
import io.turnmill.testing.FakeCache;
import io.turnmill.testing.FakeForwardPass;
import io.turnmill.testing.OneRequest;
import io.turnmill.testing.TestSampling;
import io.turnmill.token.TokenIds;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/** Requests whose replies are known, or are being computed for others. */
class CompletionCacheTest {
  private static final TokenIds PROMPT = TokenIds.of(5, 6, 7);

  @Test
  void equalGreedyRequestsOfOneFeedAreComputedOnce() throws Exception {
    try (Backend engine = FakeEngine.start(FakeEngine.pass())) {
      FakeCache<OneRequest> recall = FakeCache.remembering();
      List<Completion> replies = all(engine, recall, greedy(1), greedy(2), greedy(3));

      assertThat(replies)
          .extracting(Completion::ids)
          .containsOnly(FakeEngine.byReference(greedy(1)).ids());
      assertThat(replies).extracting(Completion::sumLogprob).containsOnly(sum(greedy(1)));
      assertThat(replies).extracting(Completion::reused).containsExactly(false, true, true);
      assertThat(engine.metrics().prefilledTokens()).isEqualTo(PROMPT.size());
      assertThat(recall.size()).isOne();
    }
  }

  @Test
  void aReplyThatIsKnownNeverReachesTheEngine() throws Exception {
    FakeCache<OneRequest> recall = FakeCache.remembering();
    try (Backend engine = FakeEngine.start(FakeEngine.pass())) {
      all(engine, recall, greedy(1), sampled(7));
    }
    FakeForwardPass never =
        FakeEngine.pass()
            .beforeForward(
                batch -> {
                  throw new IllegalStateException("The model must not be asked.");
                });
    try (Backend engine = DecoderEngine.start(never, FakeEngine.CONFIG, ModelIdentity.NONE)) {
      List<Completion> replies = all(engine, recall, greedy(1), sampled(7));
      assertThat(replies).extracting(Completion::reused).containsOnly(true);
      assertThat(replies)
          .extracting(Completion::ids)
          .containsExactly(
              FakeEngine.byReference(greedy(1)).ids(), FakeEngine.byReference(sampled(7)).ids());
      assertThat(replies)
          .extracting(Completion::sumLogprob)
          .containsExactly(sum(greedy(1)), sum(sampled(7)));
    }
  }

  @Test
  void aSampledReplyIsGivenToItsOwnRandomKeyOnly() throws Exception {
    try (Backend engine = FakeEngine.start(FakeEngine.pass())) {
      List<Completion> replies =
          all(engine, FakeCache.remembering(), sampled(1), sampled(2), sampled(1), sampled(3));

      assertThat(replies).extracting(Completion::reused).containsExactly(false, false, true, false);
      for (int i = 0; i < 4; i++) {
        assertThat(replies.get(i).ids())
            .isEqualTo(FakeEngine.byReference(sampled(List.of(1, 2, 1, 3).get(i))).ids());
      }
    }
  }

  @Test
  void equalRequestsOfTwoFeedsAtTheSameTimeAreComputedOnce() throws Exception {
    Semaphore passes = new Semaphore(0);
    FakeForwardPass pass =
        FakeEngine.pass().beforeForward(batch -> passes.acquireUninterruptibly());
    try (Backend engine = FakeEngine.start(pass);
        Feed<OneRequest> first = engine.open(1, FakeCache.remembering());
        Feed<OneRequest> second = engine.open(1, FakeCache.remembering())) {
      first.submit(new OneRequest(greedy(1)));
      second.submit(new OneRequest(greedy(2)));
      passes.release(100);

      assertThat(first.take().completion().reused()).isFalse();
      assertThat(second.take().completion().ids())
          .isEqualTo(FakeEngine.byReference(greedy(1)).ids());
      assertThat(engine.metrics().prefilledTokens()).isEqualTo(PROMPT.size());
    }
  }

  @Test
  void whoWaitsForAFeedThatIsClosedAsksTheEngineItself() throws Exception {
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
        Feed<OneRequest> second = engine.open(1, FakeCache.remembering())) {
      Feed<OneRequest> first = engine.open(1, FakeCache.remembering());
      first.submit(new OneRequest(greedy(1)));
      begun.await();
      second.submit(new OneRequest(greedy(2)));
      first.close();
      passes.release(100);

      Completion reply = second.take().completion();
      assertThat(reply.reused()).isFalse();
      assertThat(reply.ids()).isEqualTo(FakeEngine.byReference(greedy(1)).ids());
    }
  }

  @Test
  void aClosedFeedLeavesNothingForWhichOthersWait() throws Exception {
    try (Backend engine = FakeEngine.start(FakeEngine.pass())) {
      Feed<OneRequest> closed = engine.open(1, FakeCache.remembering());
      closed.close();
      assertThatThrownBy(() -> closed.submit(new OneRequest(greedy(1))))
          .hasMessage("the feed is closed");
      assertThat(all(engine, FakeCache.remembering(), greedy(2)))
          .extracting(Completion::reused)
          .containsExactly(false);
    }
  }

  @Test
  void aFailureIsNotLearntAndEveryoneWhoWaitedForItHasItsOwn() throws Exception {
    FakeForwardPass pass = FakeEngine.pass();
    TokenIds poison = TokenIds.of(1, pass.nanId());
    FakeCache<OneRequest> recall = FakeCache.remembering();
    try (Backend engine = FakeEngine.start(pass);
        Feed<OneRequest> feed = engine.open(3, recall)) {
      for (int i = 0; i < 3; i++) {
        feed.submit(new OneRequest(OneRequest.greedy(poison, 9, Set.of())));
      }
      for (int i = 0; i < 3; i++) {
        assertThat(feed.take().failure().code()).isEqualTo(FailureCode.NON_FINITE);
      }
      assertThat(recall.size()).isZero();
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
    return RequestKey.of(new Generate(prompt, s, randomKey, () -> StopCheck.NEVER), scope);
  }

  @Test
  void bytesOfAReplyAreTheReplyAndDamagedOnesAreRefused() {
    Completion reply =
        new Completion(TokenIds.of(9, 1 << 20), FinishReason.STOP, 2, 12, 3, 3, -1.25, LOGPROBS);
    byte[] bytes = CompletionCodec.encode(reply);

    assertThat(CompletionCodec.decode(bytes)).isEqualTo(reply.asReused());
    Completion without =
        new Completion(TokenIds.of(9), FinishReason.LENGTH, -1, 12, 3, 1, -1.25, List.of());
    assertThat(CompletionCodec.decode(CompletionCodec.encode(without)))
        .isEqualTo(without.asReused());
    Completion forced =
        new Completion(
            TokenIds.of(9, 8), FinishReason.REPETITION, -1, 12, 3, 2, -1.25, List.of(), 1, false);
    assertThat(CompletionCodec.decode(CompletionCodec.encode(forced))).isEqualTo(forced.asReused());
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> CompletionCodec.decode(cut))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("The bytes are not a reply.");
    }
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 4);
    assertThatThrownBy(() -> CompletionCodec.decode(longer))
        .hasMessage("The bytes are not a reply.");
  }

  /** The bytes of the layout before tokens could be forced, written by hand. */
  @Test
  void bytesOfTheLayoutBeforeAreStillRead() {
    ByteBuffer bytes = ByteBuffer.allocate(34).put((byte) 1).put((byte) 1).putInt(-1).putInt(12);
    bytes.putInt(1).putDouble(-1.25).putInt(1).putInt(9).putInt(0);

    assertThat(CompletionCodec.decode(bytes.array()))
        .isEqualTo(
            new Completion(TokenIds.of(9), FinishReason.LENGTH, -1, 12, 3, 1, -1.25, List.of())
                .asReused());
  }

  private static final List<TokenLogprob> LOGPROBS =
      List.of(
          new TokenLogprob(9, -0.5f, List.of(new Alternative(9, -0.5f))),
          new TokenLogprob(1 << 20, -0.5f, List.of()),
          new TokenLogprob(
              2, -0.25f, List.of(new Alternative(2, -0.25f), new Alternative(3, -9f))));

  private static Generate greedy(long randomKey) {
    return FakeEngine.greedy(PROMPT, randomKey);
  }

  private static Generate sampled(long randomKey) {
    return new Generate(
        PROMPT,
        TestSampling.sampled(12, 0.8).withStopTokenIds(Set.of(2)),
        randomKey,
        () -> StopCheck.NEVER);
  }

  /** Replies in the order of the requests. */
  private static List<Completion> all(
      Backend engine, CompletionCache<OneRequest> recall, Generate... requests)
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

  private static double sum(Generate request) {
    return FakeEngine.byReference(request).sumLogprob();
  }
}

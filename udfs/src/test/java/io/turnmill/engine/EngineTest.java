package io.turnmill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.engine.EngineException.Kind;
import io.turnmill.engine.Outcome.Completion;
import io.turnmill.engine.Outcome.FailureCode;
import io.turnmill.engine.Outcome.FinishReason;
import io.turnmill.engine.SetAside.Patience;
import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EngineTest {
  private static final int END_ID = 2;
  private static final EngineConfig CONFIG = new EngineConfig(4, 16, 64);
  private static final Patience BRIEF = new Patience(1_000, 10_000, 100_000);

  @Test
  void stopTokenEndsTheReplyIsCountedAndIsNotPartOfIt() throws Exception {
    Request free = OneRequest.greedy(TokenIds.of(5, 6), 10, Set.of());
    int fourth = run(free).completion().ids().get(3);
    Completion stopped = run(OneRequest.greedy(TokenIds.of(5, 6), 10, Set.of(fourth))).completion();

    assertThat(stopped.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(stopped.stopTokenId()).isEqualTo(fourth);
    assertThat(stopped.ids()).isEqualTo(run(free).completion().ids().slice(0, 3));
    assertThat(stopped.generatedTokens()).isEqualTo(4);
    assertThat(stopped.sumLogprob()).isNegative();
  }

  @Test
  void stopTokensAreForbiddenBeforeMinTokensAndEndTheReplyBehindThem() throws Exception {
    Set<Integer> everyToken = Set.copyOf(IntStream.range(0, 50).boxed().toList());
    List<Set<Integer>> forbidden = Collections.synchronizedList(new ArrayList<>());
    FakeForwardPass pass = fake().beforeForward(batch -> forbidden.add(forbidden(batch)));
    Request request = request(TokenIds.of(5, 6), 10, 4, everyToken, StopCheck.NEVER);
    Completion reply = (Completion) runTogether(pass, CONFIG, List.of(request)).outcomes.get(0);

    assertThat(forbidden).containsExactly(everyToken, everyToken, everyToken, everyToken, Set.of());
    assertThat(reply.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(reply.ids().size()).isEqualTo(4);
    assertThat(reply.generatedTokens()).isEqualTo(5);
  }

  private static Set<Integer> forbidden(TokenBatch batch) {
    return batch.rows().get(0).draw().orElseThrow().edits().edits().stream()
        .filter(edit -> edit.bias() == Float.NEGATIVE_INFINITY)
        .map(ScoreEdits.Edit::id)
        .collect(Collectors.toSet());
  }

  @Test
  void stopCheckEndsTheReplyBehindItsTokenButNotBeforeMinTokens() throws Exception {
    TokenIds prompt = TokenIds.of(5, 6);
    List<Integer> seen = new ArrayList<>();
    StopCheck always = id -> seen.add(id);
    Completion reply = run(request(prompt, 10, 3, Set.of(), always)).completion();

    assertThat(reply.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(reply.stopTokenId()).isEqualTo(-1);
    assertThat(reply.ids().size()).isEqualTo(3);
    assertThat(seen).hasSize(3);
  }

  @Test
  void replyEndsAtMaxTokens() throws Exception {
    Completion reply = run(OneRequest.greedy(TokenIds.of(5), 7, Set.of())).completion();

    assertThat(reply.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(reply.ids().size()).isEqualTo(7);
    assertThat(reply.generatedTokens()).isEqualTo(7);
  }

  @Test
  void replyEndsWhereTheContextEnds() throws Exception {
    Completion reply = run(OneRequest.greedy(prompt(60), 100, Set.of())).completion();

    assertThat(reply.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(reply.ids().size()).isEqualTo(4);
  }

  @Test
  void longestPromptThatFitsGetsOneToken() throws Exception {
    assertThat(run(OneRequest.greedy(prompt(63), 100, Set.of())).completion().ids().size())
        .isEqualTo(1);
  }

  @Test
  void promptThatLeavesNoRoomForATokenIsRejected() throws Exception {
    Outcome.Failure failure = run(OneRequest.greedy(prompt(64), 100, Set.of())).failure();

    assertThat(failure.code()).isEqualTo(FailureCode.PROMPT_TOO_LONG);
    assertThat(failure.detail()).isEqualTo("64 tokens, 63 fit");
  }

  @Test
  void scoresThatAreNotFiniteFailTheirOwnReplyOnly() throws Exception {
    FakeForwardPass pass = fake();
    List<Request> requests =
        List.of(
            OneRequest.greedy(TokenIds.of(1, 7), 20, Set.of()),
            OneRequest.greedy(TokenIds.of(1, pass.nanId(), 3), 20, Set.of()),
            OneRequest.greedy(TokenIds.of(1, 8), 20, Set.of()));
    Together works = runTogether(pass, CONFIG, requests);

    assertThat(works.codes()).containsExactly(Map.entry(1, FailureCode.NON_FINITE_LOGITS));
    works.assertOthersEqualTheNaiveReference();
  }

  /** The piece draws nothing; and another waits for the prefix that it was to leave. */
  @Test
  void aPieceOfAPromptThatIsNotFiniteFailsAllThatHaveItAndNoOther() throws Exception {
    FakeForwardPass pass = fake();
    TokenIds poisoned = prompt(20).concat(TokenIds.of(pass.nanId())).concat(prompt(20));
    List<Request> requests =
        List.of(
            OneRequest.greedy(poisoned.concat(TokenIds.of(1)), 20, Set.of()),
            OneRequest.greedy(poisoned.concat(TokenIds.of(2)), 20, Set.of()),
            OneRequest.greedy(prompt(20).concat(TokenIds.of(3)), 20, Set.of()));
    Together works = runTogether(pass, new EngineConfig(3, 8, 64, 8, true), requests);

    assertThat(works.codes())
        .containsOnly(
            Map.entry(0, FailureCode.NON_FINITE_LOGITS),
            Map.entry(1, FailureCode.NON_FINITE_LOGITS));
    works.assertOthersEqualTheNaiveReference();
  }

  @Test
  void promptThatFitsNoMemoryEvenAloneIsRejectedAndTheOthersNeverNotice() throws Exception {
    FakeForwardPass pass = fake();
    List<Request> requests =
        List.of(
            OneRequest.greedy(prompt(30), 20, Set.of()),
            OneRequest.greedy(prompt(20).concat(TokenIds.of(pass.outOfMemoryId(), 3)), 9, Set.of()),
            OneRequest.greedy(prompt(9), 20, Set.of()));
    Together works = runTogether(pass, CONFIG, requests);

    assertThat(works.codes()).containsExactly(Map.entry(1, FailureCode.OUT_OF_MEMORY));
    works.assertOthersEqualTheNaiveReference();
  }

  @Test
  void batchThatFitsNoMemoryIsSplitAndNothingIsLost() throws Exception {
    FakeForwardPass pass = fake().outOfMemoryAbove(3);
    List<Request> requests =
        IntStream.range(0, 12)
            .mapToObj(i -> OneRequest.greedy(prompt(5 + i), 20, Set.of()))
            .toList();
    Together works = runTogether(pass, CONFIG, requests);

    assertThat(works.codes()).isEmpty();
    works.assertOthersEqualTheNaiveReference();
    assertThat(works.stats.outOfMemorySteps()).isPositive();
  }

  @Test
  void memoryThatComesBackIsUsedAgain() throws Exception {
    FakeForwardPass pass = fake();
    List<Integer> tokens = Collections.synchronizedList(new ArrayList<>());
    pass.outOfMemoryAbove(3)
        .beforeForward(
            batch -> {
              tokens.add(batch.tokens());
              if (tokens.size() == 60) {
                pass.outOfMemoryAbove(Integer.MAX_VALUE);
              }
            });
    List<Request> requests =
        IntStream.range(0, 60)
            .mapToObj(i -> OneRequest.greedy(prompt(30 + i % 20), 10, Set.of()))
            .toList();
    Together works = runTogether(pass, CONFIG, requests);

    assertThat(works.codes()).isEmpty();
    works.assertOthersEqualTheNaiveReference();
    assertThat(tokens.subList(10, 60)).as("while memory is short").allMatch(each -> each <= 6);
    assertThat(tokens.subList(60, tokens.size())).contains(CONFIG.maxNumBatchedTokens());
  }

  @Test
  void stopCheckThatThrowsCostsItsOwnReplyOnly() throws Exception {
    StopCheck broken =
        id -> {
          throw new UnsupportedOperationException("the text of a conversation");
        };
    Together works =
        runTogether(
            fake(),
            CONFIG,
            List.of(
                OneRequest.greedy(TokenIds.of(1), 20, Set.of()),
                request(TokenIds.of(2), 20, 0, Set.of(), broken)));

    assertThat(works.codes()).containsExactly(Map.entry(1, FailureCode.ENGINE_ERROR));
    assertThat(works.outcomes.get(1).toString())
        .contains("the stop check threw java.lang.UnsupportedOperationException")
        .doesNotContain("conversation");
  }

  @Test
  void decodesGoOnBesideALongPromptInPieces() throws Exception {
    List<Integer> decodeRows = Collections.synchronizedList(new ArrayList<>());
    List<Integer> tokens = Collections.synchronizedList(new ArrayList<>());
    FakeForwardPass pass =
        fake()
            .beforeForward(
                batch -> {
                  decodeRows.add(batch.decodeRows());
                  tokens.add(batch.tokens());
                });
    runTogether(
        pass,
        new EngineConfig(2, 10, 64),
        List.of(
            OneRequest.greedy(TokenIds.of(1, 2), 7, Set.of()),
            OneRequest.greedy(prompt(50), 1, Set.of())));

    // 2 + 8 of the long prompt, then five times one decode and 9, 9, 9, 9, 6 of it, then a decode.
    assertThat(tokens).containsExactly(10, 10, 10, 10, 10, 7, 1);
    assertThat(decodeRows).containsExactly(0, 1, 1, 1, 1, 1, 1);
  }

  @Test
  void nextTurnStartsAtThePrefixThatItsSlotHolds() throws Exception {
    TokenIds prompt = prompt(20);
    try (Engine engine = Engine.start(fake(), CONFIG, Scheduler::verifyIntegrity);
        Feed<OneRequest> feed = engine.open(1)) {
      feed.submit(new OneRequest(OneRequest.greedy(prompt, 8, Set.of())));
      Completion first = feed.take().completion();
      TokenIds next = prompt.concat(first.ids()).concat(TokenIds.of(4, 4));
      feed.submit(new OneRequest(OneRequest.greedy(next, 8, Set.of())));
      Completion second = feed.take().completion();

      assertThat(first.cachedTokens()).isZero();
      // The last token of a reply is drawn, and never computed.
      assertThat(second.cachedTokens()).isEqualTo(27);
      assertThat(engine.stats().cachedTokens()).isEqualTo(27);
      assertThat(engine.stats().prefilledTokens()).isEqualTo(20 + 30 - 27);
    }
  }

  @Test
  void workWithoutRequestsComesBackAtOnce() throws Exception {
    try (Engine engine = Engine.start(fake(), CONFIG);
        Feed<Work> feed = engine.open(1)) {
      Work empty = new Together(List.of());
      feed.submit(empty);

      assertThat(feed.hasRoom()).isFalse();
      assertThat(feed.poll()).containsSame(empty);
      assertThat(feed.size()).isZero();
      assertThat(feed.poll()).isEmpty();
    }
  }

  @Test
  void aFeedHasRoomForRequestsNotForWorks() throws Exception {
    try (Engine engine = Engine.start(fake(), CONFIG);
        Feed<Work> feed = engine.open(4)) {
      feed.submit(new Together(requests(3)));
      assertThat(feed.hasRoom()).isTrue();
      feed.submit(new Together(requests(3)));
      assertThat(feed.hasRoom()).isFalse();
      assertThatThrownBy(() -> feed.submit(new Together(requests(3))))
          .hasMessage("a work was submitted to a full feed. This is a bug.");

      feed.take();
      feed.take();
      assertThat(feed.size()).isZero();
      for (int i = 0; i < 4; i++) {
        assertThat(feed.hasRoom()).isTrue();
        feed.submit(new Together(List.of())); // done, and not taken
      }
      assertThat(feed.hasRoom()).isFalse();
    }
  }

  @Test
  void aWorkAloneAlwaysHasRoomHoweverMuchItAsks() throws Exception {
    Together work = runTogether(fake(), CONFIG, requests(20)); // with a window of one
    assertThat(work.codes()).isEmpty();
    work.assertOthersEqualTheNaiveReference();
  }

  private static List<Request> requests(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> OneRequest.greedy(TokenIds.of(i), 5, Set.of()))
        .toList();
  }

  @Test
  void closedFeedLeavesItsSlotsToOthersAtOnce() throws Exception {
    Semaphore passes = new Semaphore(0);
    FakeForwardPass pass = fake().beforeForward(batch -> passes.acquireUninterruptibly());
    try (Engine engine = Engine.start(pass, CONFIG, Scheduler::verifyIntegrity)) {
      Feed<Together> killed = engine.open(1);
      killed.submit(
          new Together(
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

      assertThat(engine.stats().withdrawn()).isEqualTo(20);
      assertThat(engine.stats().slotsInUse()).isZero();
      assertThat(engine.stats().waitingRequests()).isZero();
      assertThatThrownBy(killed::take)
          .isInstanceOfSatisfying(
              EngineException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CLOSED))
          .hasMessage("the feed is closed");
    }
  }

  @Test
  void closedFeedTakesNothingIn() {
    try (Engine engine = Engine.start(fake(), CONFIG)) {
      Feed<OneRequest> feed = engine.open(1);
      feed.close();
      assertThatThrownBy(
              () -> feed.submit(new OneRequest(OneRequest.greedy(TokenIds.of(1), 1, Set.of()))))
          .isInstanceOf(EngineException.class)
          .hasMessage("the feed is closed");
    }
  }

  @Test
  void closingAFeedWakesTheThreadThatWaitsOnIt() throws Exception {
    CountDownLatch inForward = new CountDownLatch(1);
    CountDownLatch hold = new CountDownLatch(1);
    FakeForwardPass pass =
        fake()
            .beforeForward(
                batch -> {
                  inForward.countDown();
                  awaitUninterruptibly(hold);
                });
    try (Engine engine = Engine.start(pass, CONFIG)) {
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
    FakeForwardPass pass = fake().beforeForward(batch -> passes.acquireUninterruptibly());
    try (Engine engine = Engine.start(pass, CONFIG, Scheduler::verifyIntegrity);
        Feed<OneRequest> feed = engine.open(1)) {
      feed.submit(new OneRequest(OneRequest.greedy(TokenIds.of(1), 2, Set.of())));
      Thread.currentThread().interrupt();
      assertThatThrownBy(feed::take).isInstanceOf(InterruptedException.class);

      passes.release(2);
      assertThat(feed.take().completion().generatedTokens()).isEqualTo(2);
    }
  }

  @Test
  void failureOfTheDeviceReachesEveryFeedAndIsToldFromABug() throws Exception {
    class DeviceLost extends RuntimeException {
      private static final long serialVersionUID = 1L;
    }

    assertThat(failBy(new DeviceLost()).kind()).isEqualTo(Kind.DEVICE);
    assertThat(failBy(new DeviceLost())).hasMessageStartingWith("the forward pass failed: ");
    assertThat(failBy(new IllegalStateException("x")).kind()).isEqualTo(Kind.OUR_BUG);
    assertThat(failBy(new IllegalStateException("x")))
        .hasMessage("the engine failed: java.lang.IllegalStateException. This is a bug.");
  }

  private static EngineException failBy(RuntimeException failure) throws Exception {
    FakeForwardPass pass =
        fake()
            .beforeForward(
                batch -> {
                  throw failure;
                });
    try (Engine engine = Engine.start(pass, CONFIG)) {
      Feed<OneRequest> idle = engine.open(1);
      Feed<OneRequest> feed = engine.open(1);
      feed.submit(new OneRequest(OneRequest.greedy(TokenIds.of(1), 5, Set.of())));
      assertThatThrownBy(feed::take).isInstanceOf(EngineException.class).hasRootCause(failure);
      assertThatThrownBy(
              () -> idle.submit(new OneRequest(OneRequest.greedy(TokenIds.of(1), 5, Set.of()))))
          .isInstanceOf(EngineException.class);
      engine.close();
      assertThat(pass.closed()).isTrue();
      try {
        engine.open(1).close();
        throw new AssertionError("a dead engine opened a feed");
      } catch (EngineException e) {
        return e;
      }
    }
  }

  @Test
  void passThatCannotAllocateStopsTheStartAndIsClosed() {
    FakeForwardPass pass = fake();
    assertThatThrownBy(() -> Engine.start(pass, new EngineConfig(1, 8, 1 << 21)))
        .isInstanceOf(EngineException.class)
        .hasRootCauseMessage("max_model_len 2097152 is above 1048576. This is a bug.");
    assertThat(pass.closed()).isTrue();
  }

  @Test
  void closingTheEngineTellsOpenFeeds() throws Exception {
    Engine engine = Engine.start(fake(), CONFIG);
    Feed<OneRequest> feed = engine.open(1);
    engine.close();
    engine.close();

    assertThatThrownBy(() -> feed.submit(new OneRequest(OneRequest.greedy(prompt(2), 1, Set.of()))))
        .isInstanceOf(EngineException.class)
        .hasMessage("the engine is closed");
    assertThatThrownBy(() -> engine.open(1)).hasMessage("the engine is closed");
  }

  @Test
  void feedRefusesWhatWouldBreakTheEngine() {
    try (Engine engine = Engine.start(fake(), CONFIG);
        Feed<Work> feed = engine.open(1)) {
      assertThatThrownBy(feed::take)
          .hasMessage("nothing was submitted to this feed that could be taken. This is a bug.");
      assertThatThrownBy(
              () -> feed.submit(new OneRequest(OneRequest.greedy(TokenIds.of(50), 5, Set.of()))))
          .hasMessage("a prompt has an id outside the vocabulary. This is a bug.");
      assertThatThrownBy(() -> feed.submit(new Together(List.of())))
          .hasMessage("a work was submitted to a full feed. This is a bug.");
    }
  }

  @Test
  void statsAddUp() throws Exception {
    List<Request> requests =
        IntStream.range(0, 30)
            .mapToObj(i -> OneRequest.greedy(prompt(1 + 3 * i), 20, Set.of(END_ID)))
            .toList();
    Together works = runTogether(fake(), CONFIG, requests);
    EngineStats stats = works.stats;
    List<Completion> replies =
        works.outcomes.values().stream()
            .filter(Completion.class::isInstance)
            .map(Completion.class::cast)
            .toList();

    assertThat(stats.stopped() + stats.cutOff()).isEqualTo(replies.size());
    assertThat(stats.failed().get(FailureCode.PROMPT_TOO_LONG)).isEqualTo(30 - replies.size());
    assertThat(stats.prefilledTokens() + stats.cachedTokens())
        .isEqualTo(replies.stream().mapToLong(Completion::promptTokens).sum());
    assertThat(stats.cachedTokens())
        .isEqualTo(replies.stream().mapToLong(Completion::cachedTokens).sum());
    assertThat(stats.generatedTokens())
        .isEqualTo(replies.stream().mapToLong(Completion::generatedTokens).sum());
    assertThat(stats.slotsInUsePeak()).isEqualTo(4);
    assertThat(stats.steps()).isPositive();
  }

  @Test
  void stepsWithTokensOfAPromptArePrefillsAndPositionsAreCountedWithTheirPadding()
      throws Exception {
    FakeForwardPass pass = fake().padsToTheLongest();
    Request first = OneRequest.greedy(prompt(10), 5, Set.of());
    EngineStats alone = runTogether(pass, new EngineConfig(2, 4, 64), List.of(first)).stats;

    assertThat(alone.prefillSteps()).isEqualTo(3);
    assertThat(alone.decodeSteps()).isEqualTo(4);
    assertThat(alone.attendedPositions()).isEqualTo(4 + 8 + 10 + 11 + 12 + 13 + 14);
    assertThat(alone.paddedPositions()).isEqualTo(alone.attendedPositions());
    assertThat(alone.prefillNanos()).isPositive();
    assertThat(alone.decodeNanos()).isPositive();
    assertThat(alone.forwardNanos()).isEqualTo(alone.prefillNanos() + alone.decodeNanos());
    assertThat(alone.slots()).isEqualTo(2);
    assertThat(alone.feeds()).isOne();

    Request second = OneRequest.greedy(prompt(4), 2, Set.of());
    EngineStats both =
        runTogether(fake().padsToTheLongest(), new EngineConfig(2, 14, 64), List.of(first, second))
            .stats;
    assertThat(both.prefillSteps()).isEqualTo(1);
    assertThat(both.decodeSteps()).isEqualTo(4);
    assertThat(both.attendedPositions()).isEqualTo((10 + 4) + (11 + 5) + 12 + 13 + 14);
    assertThat(both.paddedPositions()).isEqualTo(2 * 10 + 2 * 11 + 12 + 13 + 14);
  }

  /** A work of many requests, which the engine gets all at once. */
  private static final class Together implements Work {
    private final List<Request> requests;
    private final Map<Integer, Outcome> outcomes = new TreeMap<>();
    private boolean handedOut;
    private EngineStats stats;

    Together(List<Request> requests) {
      this.requests = requests;
    }

    /** Which requests failed. */
    Map<Integer, FailureCode> codes() {
      Map<Integer, FailureCode> codes = new TreeMap<>();
      outcomes.forEach(
          (i, outcome) -> {
            if (outcome instanceof Outcome.Failure failure) {
              codes.put(i, failure.code());
            }
          });
      return codes;
    }

    void assertOthersEqualTheNaiveReference() {
      try (NaiveReference reference = new NaiveReference(fake(), CONFIG.maxModelLen())) {
        outcomes.forEach(
            (i, outcome) ->
                assertThat(ScriptedWork.comparable(outcome))
                    .isEqualTo(reference.run(requests.get(i))));
      }
    }

    @Override
    public List<Request> next() {
      List<Request> now = handedOut ? List.of() : requests;
      handedOut = true;
      return now;
    }

    @Override
    public void accept(Request request, Outcome outcome) {
      assertThat(outcomes.put(requests.indexOf(request), outcome)).isNull();
    }

    @Override
    public boolean done() {
      return outcomes.size() == requests.size();
    }
  }

  /** The third pass does not begin before the reply that the first one ended was taken. */
  @Test
  void whatAStepBroughtIsDeliveredWhileTheNextIsComputed() throws Exception {
    CountDownLatch taken = new CountDownLatch(1);
    AtomicInteger passes = new AtomicInteger();
    FakeForwardPass pass =
        fake()
            .computesApart()
            .beforeForward(
                batch -> {
                  if (passes.incrementAndGet() == 3) {
                    awaitUninterruptibly(taken);
                  }
                });
    OneRequest brief = new OneRequest(OneRequest.greedy(prompt(3), 1, Set.of()));
    OneRequest lengthy = new OneRequest(OneRequest.greedy(prompt(4), 9, Set.of()));
    try (Engine engine = Engine.start(pass, CONFIG, Scheduler::verifyIntegrity);
        Feed<OneRequest> feed = engine.open(2)) {
      feed.submit(brief);
      feed.submit(lengthy);
      assertThat(feed.take()).isSameAs(brief);
      taken.countDown();
      assertThat(feed.take()).isSameAs(lengthy);
    }
  }

  private static Together runTogether(
      FakeForwardPass pass, EngineConfig config, List<Request> requests) throws Exception {
    try (Engine engine = Engine.start(pass, config, BRIEF, Scheduler::verifyIntegrity);
        Feed<Together> feed = engine.open(1)) {
      Together works = new Together(requests);
      feed.submit(works);
      assertThat(feed.take()).isSameAs(works);
      works.stats = engine.stats();
      return works;
    }
  }

  private static OneRequest run(Request request) throws Exception {
    try (Engine engine = Engine.start(fake(), CONFIG, Scheduler::verifyIntegrity);
        Feed<OneRequest> feed = engine.open(1)) {
      feed.submit(new OneRequest(request));
      return feed.take();
    }
  }

  private static Request request(
      TokenIds prompt, int maxTokens, int minTokens, Set<Integer> stopTokenIds, StopCheck check) {
    SamplingParams sampling = new SamplingParams(maxTokens, minTokens, 0, 1, 0, 0, stopTokenIds);
    return new Request(prompt, sampling, 0, () -> check);
  }

  private static TokenIds prompt(int length) {
    return TokenIds.of(IntStream.range(0, length).map(i -> (i * i + length) % 40).toArray());
  }

  private static FakeForwardPass fake() {
    return new FakeForwardPass(50, END_ID, 0.05);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

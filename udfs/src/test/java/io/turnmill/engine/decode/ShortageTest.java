package io.turnmill.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.engine.Meter;
import io.turnmill.engine.ModelIdentity;
import io.turnmill.engine.OutOfMemory;
import io.turnmill.engine.decode.DecoderEngine.Hooks;
import io.turnmill.engine.decode.SuspendedSequences.Backoff;
import io.turnmill.inference.Backend;
import io.turnmill.inference.Feed;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Mailbox;
import io.turnmill.inference.Metric;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.Outcome.FailureCode;
import io.turnmill.testing.FakeForwardPass;
import io.turnmill.testing.NaiveReference;
import io.turnmill.testing.OneRequest;
import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;

/** A device on which, for some time or for ever, not even one token has room. */
class ShortageTest {
  private static final EngineConfig CONFIG = new EngineConfig(4, 16, 64);
  private static final Backoff SHORT_WAITS = new Backoff(1_000, 100_000, TimeUnit.HOURS.toNanos(1));
  private static final Backoff ONE_LONG_WAIT =
      new Backoff(TimeUnit.HOURS.toNanos(1), TimeUnit.HOURS.toNanos(1), Long.MAX_VALUE);

  @Test
  void aShortageCostsNobodyHisReplyWhetherItCameAtThePromptOrInTheMiddle() throws Exception {
    for (int begin : new int[] {0, 1, 2, 9, 30}) {
      AtomicInteger passes = new AtomicInteger();
      FakeForwardPass pass = fake();
      pass.beforeForward(
          batch -> {
            int number = passes.getAndIncrement();
            boolean isShort = number >= begin && number < begin + 60;
            pass.outOfMemoryAbove(isShort ? 0 : Integer.MAX_VALUE);
          });
      List<OneRequest> works = works(12);
      try (Backend engine =
          DecoderEngine.start(
              pass,
              CONFIG,
              ModelIdentity.NONE,
              new Hooks(SHORT_WAITS, Scheduler::verifyIntegrity))) {
        runAll(engine, works);
        assertThat(engine.metrics().get(Metric.OUT_OF_MEMORY_STEPS)).isEqualTo(60);
      }
      assertEqualToTheNaiveReference(works);
    }
  }

  @Test
  void othersGoOnWhileOneThatFitsNowhereIsTriedAgain() throws Exception {
    FakeForwardPass pass = fake();
    List<OneRequest> works = works(12);
    OneRequest guilty =
        new OneRequest(OneRequest.greedy(TokenIds.of(4, pass.outOfMemoryId()), 9, Set.of()));
    try (Backend engine =
            DecoderEngine.start(
                pass,
                CONFIG,
                ModelIdentity.NONE,
                new Hooks(ONE_LONG_WAIT, Scheduler::verifyIntegrity));
        Feed<OneRequest> feed = engine.open(1)) {
      feed.submit(guilty);
      runAll(engine, works);

      assertThat(guilty.outcome()).isEmpty();
      assertThat(engine.metrics().get(Metric.SLOTS_IN_USE)).isOne();
    }
    assertEqualToTheNaiveReference(works);
  }

  @Test
  void whereMemoryNeverComesBackEveryoneIsGivenUpInTheEnd() throws Exception {
    Backoff brief = new Backoff(1_000, 10_000, 1_000_000);
    List<OneRequest> works = works(9);
    FakeForwardPass pass = fake().outOfMemoryAbove(0);
    try (Backend engine =
        DecoderEngine.start(
            pass, CONFIG, ModelIdentity.NONE, new Hooks(brief, Scheduler::verifyIntegrity))) {
      runAll(engine, works);
    }
    for (OneRequest work : works) {
      assertThat(work.failure().code()).isEqualTo(FailureCode.OUT_OF_MEMORY);
      assertThat(work.failure().detail()).isEqualTo("no memory for one token after 0");
    }
  }

  @Test
  void anEngineThatWaitsForMemoryTriesNothingAndIsClosedAtOnce() throws Exception {
    AtomicInteger passes = new AtomicInteger();
    CountDownLatch tried = new CountDownLatch(3);
    FakeForwardPass pass =
        fake()
            .outOfMemoryAbove(0)
            .beforeForward(
                batch -> {
                  passes.incrementAndGet();
                  tried.countDown();
                });
    try (Backend engine =
            DecoderEngine.start(
                pass,
                CONFIG,
                ModelIdentity.NONE,
                new Hooks(ONE_LONG_WAIT, Scheduler::verifyIntegrity));
        Feed<OneRequest> feed = engine.open(1)) {
      feed.submit(new OneRequest(OneRequest.greedy(TokenIds.of(1, 2, 3, 4), 9, Set.of())));
      tried.await(); // passes of 4, 2 and 1 tokens
      engine.close();

      assertThat(passes).hasValue(3);
      assertThatThrownBy(feed::take).hasMessage("the engine is closed");
    }
  }

  @Test
  void aFeedThatIsClosedWhileTheEngineWaitsForMemoryLeavesItsSlotAtOnce() throws Exception {
    CountDownLatch tried = new CountDownLatch(1);
    FakeForwardPass pass = fake();
    pass.beforeForward(
        batch -> {
          pass.outOfMemoryAbove(tried.getCount() > 0 ? 0 : Integer.MAX_VALUE);
          tried.countDown();
        });
    EngineConfig oneSlot = new EngineConfig(1, 16, 64);
    List<OneRequest> works = works(1);
    try (Backend engine =
        DecoderEngine.start(
            pass,
            oneSlot,
            ModelIdentity.NONE,
            new Hooks(ONE_LONG_WAIT, Scheduler::verifyIntegrity))) {
      Feed<OneRequest> killed = engine.open(1);
      killed.submit(new OneRequest(OneRequest.greedy(TokenIds.of(1), 9, Set.of())));
      tried.await();
      killed.close();
      runAll(engine, works);

      assertThat(engine.metrics().get(Metric.WITHDRAWN)).isOne();
      assertThat(engine.metrics().get(Metric.SLOTS_IN_USE)).isZero();
    }
    assertEqualToTheNaiveReference(works);
  }

  @Test
  void whatCannotBeCopiedIsComputed() throws Exception {
    FakeForwardPass pass = fake().outOfMemoryOnCopies(1);
    List<Generate> requests = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      requests.add(behindASystemPrompt(i));
    }
    Together works = FakeEngine.runTogether(pass, CONFIG, requests);
    assertThat(works.metrics().get(Metric.OUT_OF_MEMORY_STEPS)).isOne();
    assertThat(works.metrics().get(Metric.CACHED_TOKENS)).isLessThan(3 * 40);
    try (NaiveReference reference = new NaiveReference(fake(), CONFIG.maxModelLen())) {
      for (int i = 0; i < 4; i++) {
        assertThat(ScriptedWork.comparable(works.inOrder().get(i)))
            .isEqualTo(reference.run(requests.get(i)));
      }
    }
  }

  private static Generate behindASystemPrompt(int number) {
    int[] ids = new int[42];
    Arrays.fill(ids, 7);
    ids[40] = number;
    return OneRequest.greedy(TokenIds.of(ids), 12, Set.of());
  }

  @Test
  void aBatchForWhichTheHostHasNoRoomIsNoFaultOfTheEngine() {
    Meter meter = new Meter(System::nanoTime);
    FakeForwardPass pass = fake();
    try (DecoderRunner runner = DecoderRunner.start(pass, CONFIG, new RootAllocator(512), meter)) {
      Sequence sequence = new ReplySequence(request(7), new Mailbox(), false, false);
      sequence.enterSlot(0, 0);
      StepPlan whole = new StepPlan(List.of(), List.of(StepPlan.Piece.next(sequence, 38)));
      assertThatThrownBy(() -> runner.run(whole, () -> {})).isInstanceOf(OutOfMemory.class);
    }
    assertThat(pass.closed()).isTrue();
  }

  private static void runAll(Backend engine, List<OneRequest> works) throws InterruptedException {
    try (Feed<OneRequest> feed = engine.open(works.size())) {
      works.forEach(feed::submit);
      for (int i = 0; i < works.size(); i++) {
        feed.take();
      }
    }
  }

  private static List<OneRequest> works(int count) {
    List<OneRequest> works = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      works.add(new OneRequest(request(i)));
    }
    return works;
  }

  private static Generate request(int number) {
    int[] prompt = new int[3 + 5 * number % 40];
    for (int i = 0; i < prompt.length; i++) {
      prompt[i] = (7 * number + i * i) % 40;
    }
    return OneRequest.greedy(TokenIds.of(prompt), 12, Set.of());
  }

  private static void assertEqualToTheNaiveReference(List<OneRequest> works) {
    try (NaiveReference reference = new NaiveReference(fake(), CONFIG.maxModelLen())) {
      for (int i = 0; i < works.size(); i++) {
        Completion expected = (Completion) reference.run(request(i));
        assertThat(works.get(i).outcome().map(ScriptedWork::comparable)).contains(expected);
      }
    }
  }

  private static FakeForwardPass fake() {
    return new FakeForwardPass(50, 2, 0.05);
  }
}

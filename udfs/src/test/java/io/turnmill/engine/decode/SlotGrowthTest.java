package io.turnmill.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.engine.Meter;
import io.turnmill.engine.ModelIdentity;
import io.turnmill.engine.decode.DecoderEngine.Hooks;
import io.turnmill.engine.decode.SuspendedSequences.Backoff;
import io.turnmill.inference.Backend;
import io.turnmill.inference.BackendException;
import io.turnmill.inference.BackendException.Reason;
import io.turnmill.inference.Feed;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Mailbox;
import io.turnmill.inference.Metric;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.FailureCode;
import io.turnmill.testing.FakeForwardPass;
import io.turnmill.testing.OneRequest;
import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** What becomes of a sequence depends on how long others are in no way. */
class SlotGrowthTest {
  private static final EngineConfig FULL = new EngineConfig(4, 16, 256);
  private static final EngineConfig SHORT = FULL.withSlots(16, 256);

  /** Of the caches that were asked for, in this order. */
  private final List<String> caches = Collections.synchronizedList(new ArrayList<>());

  private final FakeForwardPass pass = FakeEngine.pass().onAllocate(caches::add);

  @Test
  void aLongPromptAmongShortOnesIsAnsweredInASlotOfItsLength() throws Exception {
    List<Generate> requests = requests(3, 9, 50, 4, 10);
    Together works = FakeEngine.runTogether(pass, SHORT, requests);

    assertThat(comparable(works.inOrder())).isEqualTo(outcomesInFullSlots(requests));
    assertThat(works.codes()).isEmpty();
    assertThat(caches).as("55 tokens, in whole slots of 16").containsExactly("4 x 16", "1 x 64");
    assertThat(works.metrics().get(Metric.SLOTS)).isOne();
    assertThat(works.metrics().get(Metric.SLOTS_IN_USE_PEAK)).isEqualTo(2);
  }

  @Test
  void aReplyThatMayBeLongIsNotCutEither() throws Exception {
    List<Generate> requests = List.of(OneRequest.greedy(FakeEngine.prompt(3), 100, Set.of()));
    Together works = FakeEngine.runTogether(pass, SHORT, requests);

    assertThat(comparable(works.inOrder())).isEqualTo(outcomesInFullSlots(requests));
    assertThat(((Outcome.Completion) works.inOrder().get(0)).ids().size()).isEqualTo(100);
  }

  @Test
  void whatTheModelAllowsIsTheLimitHoweverLongSlotsAre() throws Exception {
    List<Generate> requests = requests(255, 256);
    Together works = FakeEngine.runTogether(pass, SHORT, requests);

    assertThat(comparable(works.inOrder())).isEqualTo(outcomesInFullSlots(requests));
    assertThat(works.codes()).containsExactly(Map.entry(1, FailureCode.PROMPT_TOO_LONG));
    assertThat(((Outcome.Failure) works.inOrder().get(1)).detail())
        .isEqualTo("256 tokens, 255 fit");
    assertThat(caches).containsExactly("4 x 16", "1 x 256");
  }

  @Test
  void theMemoryOfTheCacheStaysWhatItWasWhereMoreThanOneSlotFits() throws Exception {
    EngineConfig config = new EngineConfig(12, 16, 256).withSlots(16, 256);
    FakeEngine.runTogether(pass, config, requests(20, 40, 70));

    assertThat(caches).containsExactly("12 x 16", "6 x 32", "3 x 64", "1 x 128");
  }

  @Property(tries = 300)
  void everyOutcomeIsThatOfAnEngineWhoseSlotsWereLongFromTheStart(
      @ForAll @Size(max = 20) List<@IntRange(min = 1, max = 90) Integer> lengths,
      @ForAll @IntRange(min = 1, max = 60) int slotTokens,
      @ForAll @IntRange(min = 1, max = 5) int slots)
      throws Exception {
    EngineConfig full = new EngineConfig(slots, slots + 9, 80);
    List<Generate> requests = requests(lengths.stream().mapToInt(length -> length).toArray());
    List<Outcome> expected = FakeEngine.runTogether(FakeEngine.pass(), full, requests).inOrder();
    EngineConfig growing = full.withSlots(slotTokens, 80);

    assertThat(comparable(FakeEngine.runTogether(FakeEngine.pass(), growing, requests).inOrder()))
        .isEqualTo(comparable(expected));
  }

  @Test
  void whoComesAfterALongOneWaitsWithItInOrder() {
    Meter meter = new Meter(System::nanoTime);
    EngineConfig config = new EngineConfig(2, 16, 256).withSlots(16, 256);
    SlotTable slots = new SlotTable(2, 16, true);
    try (DecoderRunner runner = DecoderRunner.start(pass, config, meter)) {
      SlotGrowth growth = new SlotGrowth(config, slots, runner);
      List<ReplySequence> sequences =
          requests(3, 30, 4, 50, 5).stream()
              .map(request -> new ReplySequence(request, new Mailbox(), false, false))
              .toList();
      sequences.forEach(growth::add);

      assertThat(growth.fitting()).containsExactly(sequences.get(0));
      assertThat(growth.fitting()).isEmpty();
      assertThat(growth.size()).isEqualTo(4);
      assertThat(growth.grow()).isEmpty();
      assertThat(growth.fitting()).containsExactly(sequences.get(1), sequences.get(2));
      assertThat(growth.grow()).isEmpty();
      assertThat(growth.fitting()).containsExactly(sequences.get(3), sequences.get(4));
      assertThat(growth.size()).isZero();
      assertThat(slots.count()).isOne();
      assertThat(slots.slotTokens()).isEqualTo(96);
    }
  }

  @Test
  void aLongOneWhoseFeedIsClosedMeanwhileCostsNobodyASlot() throws Exception {
    CountDownLatch submitted = new CountDownLatch(1);
    CountDownLatch waits = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    CountDownLatch[] befores = {submitted, closed};
    int[] passes = {0};
    pass.beforeForward(
        batch -> {
          if (passes[0] == 1) {
            waits.countDown();
          }
          if (passes[0] < befores.length) {
            await(befores[passes[0]++]);
          }
        });
    try (Backend engine =
            DecoderEngine.start(
                pass,
                SHORT,
                ModelIdentity.NONE,
                new Hooks(Backoff.USUAL, Scheduler::verifyIntegrity));
        Feed<OneRequest> other = engine.open(2)) {
      other.submit(new OneRequest(requests(3).get(0)));
      Feed<OneRequest> killed = engine.open(2);
      killed.submit(new OneRequest(requests(50).get(0)));
      killed.submit(new OneRequest(requests(4).get(0)));
      submitted.countDown();
      await(waits);
      assertThat(engine.metrics().get(Metric.WAITING_REQUESTS)).isEqualTo(2);
      other.submit(new OneRequest(requests(5).get(0)));
      killed.close();
      closed.countDown();

      assertThat(other.take().completion().ids().size()).isEqualTo(5);
      assertThat(other.take().completion().ids().size()).isEqualTo(5);
      assertThat(engine.metrics().get(Metric.WITHDRAWN)).isEqualTo(2);
      assertThat(engine.metrics().get(Metric.WAITING_REQUESTS)).isZero();
      assertThat(engine.metrics().get(Metric.SLOTS)).isEqualTo(4);
    }
    assertThat(caches).containsExactly("4 x 16");
  }

  @Test
  void oneForWhichNoSlotCanBeAllocatedFailsAloneAndTheOthersKeepTheirs() throws Exception {
    pass.outOfMemoryAboveCache(64);
    List<Generate> requests = requests(3, 9, 70, 4, 90, 10);
    Together works = FakeEngine.runTogether(pass, SHORT, requests);

    assertThat(works.codes())
        .containsOnly(
            Map.entry(2, FailureCode.OUT_OF_MEMORY), Map.entry(4, FailureCode.OUT_OF_MEMORY));
    assertThat(((Outcome.Failure) works.inOrder().get(2)).detail())
        .isEqualTo("no memory for a slot of 75 tokens");
    List<Outcome> expected = new ArrayList<>(outcomesInFullSlots(requests));
    for (int failed : works.codes().keySet()) {
      expected.set(failed, new Outcome.Failure(FailureCode.OUT_OF_MEMORY, ""));
    }
    assertThat(comparable(works.inOrder())).isEqualTo(expected);
    assertThat(works.metrics().get(Metric.SLOTS)).isEqualTo(4);
    assertThat(caches).endsWith("4 x 16");
  }

  @Test
  void whereRoundedLengthsFindNoRoomItsOwnLengthMay() throws Exception {
    pass.outOfMemoryAboveCache(75);
    Together works = FakeEngine.runTogether(pass, SHORT, requests(70));

    assertThat(works.codes()).isEmpty();
    assertThat(caches).containsExactly("4 x 16", "1 x 80", "1 x 75");
  }

  @Test
  void whereMemoryHasBecomeShortFewerSlotsAreTaken() throws Exception {
    EngineConfig config = new EngineConfig(16, 16, 256).withSlots(16, 256);
    pass.onAllocate(
        shape -> {
          caches.add(shape);
          pass.outOfMemoryAboveCache(caches.size() == 1 ? 256 : 100);
        });
    Together works = FakeEngine.runTogether(pass, config, requests(20, 3));

    assertThat(works.codes()).isEmpty();
    assertThat(caches).containsExactly("16 x 16", "8 x 32", "4 x 32", "2 x 32");
    assertThat(works.metrics().get(Metric.SLOTS)).isEqualTo(2);
  }

  @Test
  void oneThatMemoryHasNoRoomForByTheConfigurationIsNeverTried() throws Exception {
    Together works = FakeEngine.runTogether(pass, FULL.withSlots(16, 64), requests(3, 60, 50));

    assertThat(works.codes()).containsExactly(Map.entry(1, FailureCode.OUT_OF_MEMORY));
    assertThat(caches).containsExactly("4 x 16", "1 x 64");
  }

  @Test
  void anEngineThatGetsNoCacheBackEndsAsADeviceThatFailed() throws Exception {
    pass.onAllocate(
        shape -> {
          caches.add(shape);
          pass.outOfMemoryAboveCache(caches.size() == 1 ? 64 : 0);
        });
    try (Backend engine =
            DecoderEngine.start(
                pass,
                SHORT,
                ModelIdentity.NONE,
                new Hooks(Backoff.USUAL, Scheduler::verifyIntegrity));
        Feed<OneRequest> feed = engine.open(1)) {
      feed.submit(new OneRequest(requests(50).get(0)));
      assertThatThrownBy(feed::take)
          .isInstanceOfSatisfying(
              BackendException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DEVICE))
          .hasRootCauseMessage("the cache found no room again");
    }
    assertThat(pass.closed()).isTrue();
  }

  /** Greedy replies of five tokens to prompts of these lengths. */
  private static List<Generate> requests(int... promptTokens) {
    return IntStream.of(promptTokens).mapToObj(SlotGrowthTest::request).toList();
  }

  private static Generate request(int promptTokens) {
    TokenIds prompt = FakeEngine.prompt(promptTokens);
    return OneRequest.greedy(prompt, 5, Set.of());
  }

  private static List<Outcome> outcomesInFullSlots(List<Generate> requests) throws Exception {
    return comparable(FakeEngine.runTogether(FakeEngine.pass(), FULL, requests).inOrder());
  }

  private static List<Outcome> comparable(List<Outcome> outcomes) {
    return outcomes.stream().map(ScriptedWork::comparable).toList();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(1, TimeUnit.MINUTES); // else a test that fails would not end
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

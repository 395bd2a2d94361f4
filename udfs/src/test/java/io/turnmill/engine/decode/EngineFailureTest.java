package io.turnmill.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.engine.ModelIdentity;
import io.turnmill.inference.Backend;
import io.turnmill.inference.BackendException;
import io.turnmill.inference.BackendException.Reason;
import io.turnmill.inference.Feed;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Metric;
import io.turnmill.inference.Outcome.FailureCode;
import io.turnmill.inference.StopCheck;
import io.turnmill.testing.FakeForwardPass;
import io.turnmill.testing.OneRequest;
import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What cannot be computed fails alone; what ends the engine is told to all. */
class EngineFailureTest {
  @Test
  void scoresThatAreNotFiniteFailTheirOwnReplyOnly() throws Exception {
    FakeForwardPass pass = FakeEngine.pass();
    List<Generate> requests =
        List.of(
            OneRequest.greedy(TokenIds.of(1, 7), 20, Set.of()),
            OneRequest.greedy(TokenIds.of(1, pass.nanId(), 3), 20, Set.of()),
            OneRequest.greedy(TokenIds.of(1, 8), 20, Set.of()));
    Together works = FakeEngine.runTogether(pass, FakeEngine.CONFIG, requests);

    assertThat(works.codes()).containsExactly(Map.entry(1, FailureCode.NON_FINITE));
    works.assertOthersEqualTheNaiveReference();
  }

  /** The piece draws nothing; and another waits for the prefix that it was to leave. */
  @Test
  void aPieceOfAPromptThatIsNotFiniteFailsAllThatHaveItAndNoOther() throws Exception {
    FakeForwardPass pass = FakeEngine.pass();
    TokenIds poisoned =
        FakeEngine.prompt(20).concat(TokenIds.of(pass.nanId())).concat(FakeEngine.prompt(20));
    List<Generate> requests =
        List.of(
            OneRequest.greedy(poisoned.concat(TokenIds.of(1)), 20, Set.of()),
            OneRequest.greedy(poisoned.concat(TokenIds.of(2)), 20, Set.of()),
            OneRequest.greedy(FakeEngine.prompt(20).concat(TokenIds.of(3)), 20, Set.of()));
    Together works = FakeEngine.runTogether(pass, new EngineConfig(3, 8, 64, 8, true), requests);

    assertThat(works.codes())
        .containsOnly(Map.entry(0, FailureCode.NON_FINITE), Map.entry(1, FailureCode.NON_FINITE));
    works.assertOthersEqualTheNaiveReference();
  }

  @Test
  void promptThatFitsNoMemoryEvenAloneIsRejectedAndTheOthersNeverNotice() throws Exception {
    FakeForwardPass pass = FakeEngine.pass();
    List<Generate> requests =
        List.of(
            OneRequest.greedy(FakeEngine.prompt(30), 20, Set.of()),
            OneRequest.greedy(
                FakeEngine.prompt(20).concat(TokenIds.of(pass.outOfMemoryId(), 3)), 9, Set.of()),
            OneRequest.greedy(FakeEngine.prompt(9), 20, Set.of()));
    Together works = FakeEngine.runTogether(pass, FakeEngine.CONFIG, requests);

    assertThat(works.codes()).containsExactly(Map.entry(1, FailureCode.OUT_OF_MEMORY));
    works.assertOthersEqualTheNaiveReference();
  }

  @Test
  void batchThatFitsNoMemoryIsSplitAndNothingIsLost() throws Exception {
    FakeForwardPass pass = FakeEngine.pass().outOfMemoryAbove(3);
    List<Generate> requests =
        IntStream.range(0, 12)
            .mapToObj(i -> OneRequest.greedy(FakeEngine.prompt(5 + i), 20, Set.of()))
            .toList();
    Together works = FakeEngine.runTogether(pass, FakeEngine.CONFIG, requests);

    assertThat(works.codes()).isEmpty();
    works.assertOthersEqualTheNaiveReference();
    assertThat(works.metrics().get(Metric.OUT_OF_MEMORY_STEPS)).isPositive();
  }

  @Test
  void memoryThatComesBackIsUsedAgain() throws Exception {
    FakeForwardPass pass = FakeEngine.pass();
    List<Integer> tokens = Collections.synchronizedList(new ArrayList<>());
    pass.outOfMemoryAbove(3)
        .beforeForward(
            batch -> {
              tokens.add(batch.tokens());
              if (tokens.size() == 60) {
                pass.outOfMemoryAbove(Integer.MAX_VALUE);
              }
            });
    List<Generate> requests =
        IntStream.range(0, 60)
            .mapToObj(i -> OneRequest.greedy(FakeEngine.prompt(30 + i % 20), 10, Set.of()))
            .toList();
    Together works = FakeEngine.runTogether(pass, FakeEngine.CONFIG, requests);

    assertThat(works.codes()).isEmpty();
    works.assertOthersEqualTheNaiveReference();
    assertThat(tokens.subList(10, 60)).as("while memory is short").allMatch(each -> each <= 6);
    assertThat(tokens.subList(60, tokens.size())).contains(FakeEngine.CONFIG.maxNumBatchedTokens());
  }

  @Test
  void stopCheckThatThrowsCostsItsOwnReplyOnly() throws Exception {
    StopCheck broken =
        id -> {
          throw new UnsupportedOperationException("the text of a conversation");
        };
    Together works =
        FakeEngine.runTogether(
            FakeEngine.pass(),
            FakeEngine.CONFIG,
            List.of(
                OneRequest.greedy(TokenIds.of(1), 20, Set.of()),
                OneRequest.greedy(TokenIds.of(2), 20, 0, Set.of(), broken)));

    assertThat(works.codes()).containsExactly(Map.entry(1, FailureCode.ENGINE_ERROR));
    assertThat(works.outcomes().get(1).toString())
        .contains("the stop check threw java.lang.UnsupportedOperationException")
        .doesNotContain("conversation");
  }

  @Test
  void failureOfTheDeviceReachesEveryFeedAndIsToldFromABug() throws Exception {
    class DeviceLost extends RuntimeException {
      private static final long serialVersionUID = 1L;
    }

    assertThat(failBy(new DeviceLost()).reason()).isEqualTo(Reason.DEVICE);
    assertThat(failBy(new DeviceLost())).hasMessageStartingWith("the forward pass failed: ");
    assertThat(failBy(new IllegalStateException("x")).reason()).isEqualTo(Reason.OUR_BUG);
    assertThat(failBy(new IllegalStateException("x")))
        .hasMessage("the engine failed: java.lang.IllegalStateException. This is a bug.");
  }

  private static BackendException failBy(RuntimeException failure) throws Exception {
    FakeForwardPass pass =
        FakeEngine.pass()
            .beforeForward(
                batch -> {
                  throw failure;
                });
    try (Backend engine = DecoderEngine.start(pass, FakeEngine.CONFIG, ModelIdentity.NONE)) {
      Feed<OneRequest> idle = engine.open(1);
      Feed<OneRequest> feed = engine.open(1);
      feed.submit(new OneRequest(OneRequest.greedy(TokenIds.of(1), 5, Set.of())));
      assertThatThrownBy(feed::take).isInstanceOf(BackendException.class).hasRootCause(failure);
      assertThatThrownBy(
              () -> idle.submit(new OneRequest(OneRequest.greedy(TokenIds.of(1), 5, Set.of()))))
          .isInstanceOf(BackendException.class);
      engine.close();
      assertThat(pass.closed()).isTrue();
      try {
        engine.open(1).close();
        throw new AssertionError("a dead engine opened a feed");
      } catch (BackendException e) {
        return e;
      }
    }
  }

  @Test
  void passThatCannotAllocateStopsTheStartAndIsClosed() {
    FakeForwardPass pass = FakeEngine.pass();
    assertThatThrownBy(
            () -> DecoderEngine.start(pass, new EngineConfig(1, 8, 1 << 21), ModelIdentity.NONE))
        .isInstanceOf(BackendException.class)
        .hasRootCauseMessage("max_model_len 2097152 is above 1048576. This is a bug.");
    assertThat(pass.closed()).isTrue();
  }
}

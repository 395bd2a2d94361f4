package io.turnmill.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.inference.Metric;
import io.turnmill.inference.Outcome.Failure;
import io.turnmill.inference.Outcome.FailureCode;
import io.turnmill.inference.Outcome.Scores;
import io.turnmill.inference.Request;
import io.turnmill.inference.Score;
import io.turnmill.testing.FakeForwardPass;
import io.turnmill.testing.NaiveReference;
import io.turnmill.testing.OneRequest;
import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What becomes of requests for the likelihood of continuations. */
class ScoringTest {
  private static final TokenIds PROMPT = FakeEngine.prompt(20);

  @Test
  void whatContinuationsShareIsComputedOnce() throws Exception {
    Scores scores =
        scores(
            FakeEngine.CONFIG,
            new Score(PROMPT, List.of(ids(1, 2, 3), ids(1, 2, 4), ids(5), ids(1, 2, 3, 6))));

    // Of the continuations 1, 2 and 3 are computed.
    assertThat(scores.computedTokens()).isEqualTo(20 + 3);
    assertThat(scores.promptTokens()).isEqualTo(20);
    assertThat(scores.cachedTokens()).isZero();
    assertThat(scores.logprobs().stream().map(List::size)).containsExactly(3, 3, 1, 4);
    assertThat(scores.logprobs().get(0)).isEqualTo(scores.logprobs().get(3).subList(0, 3));
  }

  @Test
  void scoresEqualOnePassForEachToken() throws Exception {
    Score score =
        new Score(
            PROMPT,
            List.of(ids(4, 4, 4, 4), ids(4), ids(4, 4, 7), ids(9, 1), ids(4), ids(9, 1, 1)));
    for (int budget : new int[] {4, 5, 16, 64}) {
      assertThat(comparable(scores(new EngineConfig(4, budget, 64), score)))
          .isEqualTo(naive(score));
    }
  }

  @Test
  void manyRequestsInFewSlotsBesideRepliesEqualOnePassForEachToken() throws Exception {
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      requests.add(
          new Score(
              FakeEngine.prompt(1 + 2 * i % 30),
              List.of(ids(i, 1), ids(i, 2, 3), ids(7), ids(i, 2, 4))));
      requests.add(OneRequest.greedy(FakeEngine.prompt(3 + i), 5, Set.of()));
    }
    for (boolean reuse : new boolean[] {true, false}) {
      FakeEngine.runTogether(FakeEngine.pass(), new EngineConfig(2, 6, 64, 0, reuse), requests)
          .assertOthersEqualTheNaiveReference();
      FakeForwardPass small = FakeEngine.pass().outOfMemoryAbove(3);
      FakeEngine.runTogether(small, new EngineConfig(3, 32, 64, 0, reuse), requests)
          .assertOthersEqualTheNaiveReference();
    }
  }

  @Test
  void aPromptThatASlotHoldsIsReusedButForItsLastToken() throws Exception {
    List<Score> requests =
        List.of(
            new Score(FakeEngine.prompt(40), List.of(ids(1, 2))),
            new Score(FakeEngine.prompt(40), List.of(ids(3, 4))));
    EngineConfig oneSlot = new EngineConfig(1, 64, 64);

    List<Scores> scores =
        FakeEngine.runTogether(FakeEngine.pass(), oneSlot, requests).inOrder().stream()
            .map(Scores.class::cast)
            .toList();

    assertThat(scores.get(1).cachedTokens()).isEqualTo(39);
    assertThat(scores.get(1).computedTokens()).isEqualTo(2);
    assertThat(comparable(scores.get(1))).isEqualTo(naive(requests.get(1)));
  }

  @Test
  void othersWaitForThePromptOnlyAndCopyIt() throws Exception {
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      TokenIds continuation = FakeEngine.prompt(20 + i);
      requests.add(new Score(FakeEngine.prompt(40), List.of(continuation, ids(i, 1))));
    }
    Together works =
        FakeEngine.runTogether(FakeEngine.pass(), new EngineConfig(4, 24, 64, 8, true), requests);

    assertThat(works.inOrder().stream().map(outcome -> ((Scores) outcome).cachedTokens()))
        .containsExactly(0, 39, 39, 39);
    works.assertOthersEqualTheNaiveReference();
  }

  @Test
  void promptAndLongestContinuationMayFillTheContextToItsLastToken() throws Exception {
    List<TokenIds> fitting = List.of(ids(1), FakeEngine.prompt(44));
    Score fits = new Score(PROMPT, fitting);

    assertThat(comparable(scores(FakeEngine.CONFIG, fits))).isEqualTo(naive(fits));
    assertThat(failure(new Score(PROMPT, List.of(ids(1), FakeEngine.prompt(45)))))
        .isEqualTo(
            new Failure(FailureCode.PROMPT_TOO_LONG, "20 tokens and a continuation of 45, 64 fit"));
    assertThat(failure(new Score(FakeEngine.prompt(64), List.of(ids(1)))).code())
        .isEqualTo(FailureCode.PROMPT_TOO_LONG);
  }

  @Test
  void slotsGrowForTheLongestContinuation() throws Exception {
    Score score = new Score(PROMPT, List.of(FakeEngine.prompt(30), ids(1)));
    EngineConfig config = FakeEngine.CONFIG.withSlots(16, 64);

    assertThat(comparable(scores(config, score))).isEqualTo(naive(score));
    assertThat(failure(FakeEngine.CONFIG.withSlots(16, 40), score).code())
        .isEqualTo(FailureCode.OUT_OF_MEMORY);
  }

  @Test
  void scoresThatAreNotFiniteFailTheRequestAndNoOther() throws Exception {
    int nan = FakeEngine.pass().nanId();
    List<Request> requests =
        List.of(
            new Score(PROMPT, List.of(ids(1, 2), ids(1, nan, 3))),
            new Score(PROMPT, List.of(ids(1, 2), ids(4))),
            new Score(PROMPT.concat(ids(nan)), List.of(ids(1))),
            OneRequest.greedy(PROMPT, 5, Set.of()));

    Together works = FakeEngine.runTogether(FakeEngine.pass(), FakeEngine.CONFIG, requests);

    assertThat(works.codes().keySet()).containsExactly(0, 2);
    assertThat(works.codes().values()).containsOnly(FailureCode.NON_FINITE);
    works.assertOthersEqualTheNaiveReference();
  }

  /** The same ids as the last ones of a continuation are asked for and not computed. */
  @Test
  void aTokenForWhichThereIsNoMemoryFailsTheRequestUnlessItIsTheLast() throws Exception {
    FakeForwardPass pass = FakeEngine.pass();
    int taking = pass.outOfMemoryId();
    List<Request> requests =
        List.of(
            new Score(PROMPT, List.of(ids(1, 2), ids(1, taking), ids(pass.nanId()))),
            new Score(PROMPT, List.of(ids(1, 2), ids(1, taking, 1))));

    Together works = FakeEngine.runTogether(pass, FakeEngine.CONFIG, requests);

    assertThat(works.codes()).containsOnlyKeys(1).containsValue(FailureCode.OUT_OF_MEMORY);
    works.assertOthersEqualTheNaiveReference();
  }

  @Test
  void anIdOutsideTheVocabularyIsABugOfWhoAsks() {
    assertThatThrownBy(() -> failure(new Score(PROMPT, List.of(ids(1), ids(1, 50)))))
        .hasMessage("a continuation has an id outside the vocabulary. This is a bug.");
    assertThatThrownBy(() -> failure(new Score(ids(-1), List.of(ids(1)))))
        .hasMessage("a prompt has an id outside the vocabulary. This is a bug.");
  }

  @Test
  void requestsContinuationsAndTheirTokensAreCounted() throws Exception {
    List<Request> requests =
        List.of(
            new Score(PROMPT, List.of(ids(1, 2, 3), ids(1, 2, 4), ids(5))),
            new Score(ids(7), Collections.nCopies(4, ids(1))));

    Together works = FakeEngine.runTogether(FakeEngine.pass(), FakeEngine.CONFIG, requests);

    assertThat(works.metrics().get(Metric.SCORES)).isEqualTo(2);
    assertThat(works.metrics().get(Metric.SCORED_CONTINUATIONS)).isEqualTo(7);
    assertThat(works.metrics().get(Metric.PROMPT_TOKENS)).isEqualTo(20 + 2 + 1);
    assertThat(works.metrics().get(Metric.GENERATED_TOKENS)).isZero();
    assertThat(works.metrics().get(Metric.DECODE_STEPS)).isZero();
    assertThat(works.metrics().get(Metric.FAILURES)).isZero();
  }

  private static Scores scores(EngineConfig config, Score score) throws Exception {
    Together works = FakeEngine.runTogether(FakeEngine.pass(), config, List.of(score));
    return (Scores) works.inOrder().get(0);
  }

  private static Failure failure(Score score) throws Exception {
    return failure(FakeEngine.CONFIG, score);
  }

  private static Failure failure(EngineConfig config, Score score) throws Exception {
    Together works = FakeEngine.runTogether(FakeEngine.pass(), config, List.of(score));
    return (Failure) works.inOrder().get(0);
  }

  private static Object comparable(Scores scores) {
    return ScriptedWork.comparable(scores);
  }

  private static Object naive(Score score) {
    try (NaiveReference reference =
        new NaiveReference(FakeEngine.pass(), FakeEngine.CONFIG.maxModelLen())) {
      return reference.run(score);
    }
  }

  private static TokenIds ids(int... ids) {
    return TokenIds.of(ids);
  }
}

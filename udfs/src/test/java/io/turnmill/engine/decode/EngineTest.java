package io.turnmill.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.engine.ModelIdentity;
import io.turnmill.engine.ScoreEdits;
import io.turnmill.engine.TokenBatch;
import io.turnmill.engine.decode.DecoderEngine.Hooks;
import io.turnmill.engine.decode.SuspendedSequences.Backoff;
import io.turnmill.inference.Backend;
import io.turnmill.inference.Feed;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Metric;
import io.turnmill.inference.Metrics;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.Outcome.FailureCode;
import io.turnmill.inference.Outcome.FinishReason;
import io.turnmill.inference.StopCheck;
import io.turnmill.testing.FakeForwardPass;
import io.turnmill.testing.OneRequest;
import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** When a reply ends, what a step holds, and what is counted. */
class EngineTest {
  @Test
  void stopTokenEndsTheReplyIsCountedAndIsNotPartOfIt() throws Exception {
    Generate free = OneRequest.greedy(TokenIds.of(5, 6), 10, Set.of());
    int fourth = FakeEngine.run(free).completion().ids().get(3);
    Completion stopped =
        FakeEngine.run(OneRequest.greedy(TokenIds.of(5, 6), 10, Set.of(fourth))).completion();

    assertThat(stopped.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(stopped.stopTokenId()).isEqualTo(fourth);
    assertThat(stopped.ids()).isEqualTo(FakeEngine.run(free).completion().ids().slice(0, 3));
    assertThat(stopped.generatedTokens()).isEqualTo(4);
    assertThat(stopped.sumLogprob()).isNegative();
  }

  @Test
  void stopTokensAreForbiddenBeforeMinTokensAndEndTheReplyBehindThem() throws Exception {
    Set<Integer> everyToken = Set.copyOf(IntStream.range(0, 50).boxed().toList());
    List<Set<Integer>> forbidden = Collections.synchronizedList(new ArrayList<>());
    FakeForwardPass pass =
        FakeEngine.pass().beforeForward(batch -> forbidden.add(forbidden(batch)));
    Generate request = OneRequest.greedy(TokenIds.of(5, 6), 10, 4, everyToken, StopCheck.NEVER);
    Completion reply =
        (Completion)
            FakeEngine.runTogether(pass, FakeEngine.CONFIG, List.of(request)).outcomes().get(0);

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
    Completion reply =
        FakeEngine.run(OneRequest.greedy(prompt, 10, 3, Set.of(), always)).completion();

    assertThat(reply.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(reply.stopTokenId()).isEqualTo(-1);
    assertThat(reply.ids().size()).isEqualTo(3);
    assertThat(seen).hasSize(3);
  }

  @Test
  void replyEndsAtMaxTokens() throws Exception {
    Completion reply = FakeEngine.run(OneRequest.greedy(TokenIds.of(5), 7, Set.of())).completion();

    assertThat(reply.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(reply.ids().size()).isEqualTo(7);
    assertThat(reply.generatedTokens()).isEqualTo(7);
  }

  @Test
  void replyEndsWhereTheContextEnds() throws Exception {
    Completion reply =
        FakeEngine.run(OneRequest.greedy(FakeEngine.prompt(60), 100, Set.of())).completion();

    assertThat(reply.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(reply.ids().size()).isEqualTo(4);
  }

  @Test
  void longestPromptThatFitsGetsOneToken() throws Exception {
    assertThat(
            FakeEngine.run(OneRequest.greedy(FakeEngine.prompt(63), 100, Set.of()))
                .completion()
                .ids()
                .size())
        .isEqualTo(1);
  }

  @Test
  void promptThatLeavesNoRoomForATokenIsRejected() throws Exception {
    Outcome.Failure failure =
        FakeEngine.run(OneRequest.greedy(FakeEngine.prompt(64), 100, Set.of())).failure();

    assertThat(failure.code()).isEqualTo(FailureCode.PROMPT_TOO_LONG);
    assertThat(failure.detail()).isEqualTo("64 tokens, 63 fit");
  }

  @Test
  void decodesGoOnBesideALongPromptInPieces() throws Exception {
    List<Integer> decodeRows = Collections.synchronizedList(new ArrayList<>());
    List<Integer> tokens = Collections.synchronizedList(new ArrayList<>());
    FakeForwardPass pass =
        FakeEngine.pass()
            .beforeForward(
                batch -> {
                  decodeRows.add(batch.decodeRows());
                  tokens.add(batch.tokens());
                });
    FakeEngine.runTogether(
        pass,
        new EngineConfig(2, 10, 64),
        List.of(
            OneRequest.greedy(TokenIds.of(1, 2), 7, Set.of()),
            OneRequest.greedy(FakeEngine.prompt(50), 1, Set.of())));

    // 2 + 8 of the long prompt, then five times one decode and 9, 9, 9, 9, 6 of it, then a decode.
    assertThat(tokens).containsExactly(10, 10, 10, 10, 10, 7, 1);
    assertThat(decodeRows).containsExactly(0, 1, 1, 1, 1, 1, 1);
  }

  @Test
  void nextTurnStartsAtThePrefixThatItsSlotHolds() throws Exception {
    TokenIds prompt = FakeEngine.prompt(20);
    try (Backend engine =
            DecoderEngine.start(
                FakeEngine.pass(),
                FakeEngine.CONFIG,
                ModelIdentity.NONE,
                new Hooks(Backoff.USUAL, Scheduler::verifyIntegrity));
        Feed<OneRequest> feed = engine.open(1)) {
      feed.submit(new OneRequest(OneRequest.greedy(prompt, 8, Set.of())));
      Completion first = feed.take().completion();
      TokenIds next = prompt.concat(first.ids()).concat(TokenIds.of(4, 4));
      feed.submit(new OneRequest(OneRequest.greedy(next, 8, Set.of())));
      Completion second = feed.take().completion();

      assertThat(first.cachedTokens()).isZero();
      // The last token of a reply is drawn, and never computed.
      assertThat(second.cachedTokens()).isEqualTo(27);
      assertThat(engine.metrics().get(Metric.CACHED_TOKENS)).isEqualTo(27);
      assertThat(engine.metrics().prefilledTokens()).isEqualTo(20 + 30 - 27);
    }
  }

  @Test
  void statsAddUp() throws Exception {
    List<Generate> requests =
        IntStream.range(0, 30)
            .mapToObj(
                i -> OneRequest.greedy(FakeEngine.prompt(1 + 3 * i), 20, Set.of(FakeEngine.END_ID)))
            .toList();
    Together works = FakeEngine.runTogether(FakeEngine.pass(), FakeEngine.CONFIG, requests);
    Metrics stats = works.metrics();
    List<Completion> replies =
        works.outcomes().values().stream()
            .filter(Completion.class::isInstance)
            .map(Completion.class::cast)
            .toList();

    assertThat(stats.get(Metric.REPLIES)).isEqualTo(replies.size());
    assertThat(stats.get(Metric.FAILURES)).isEqualTo(30 - replies.size());
    assertThat(stats.prefilledTokens() + stats.get(Metric.CACHED_TOKENS))
        .isEqualTo(replies.stream().mapToLong(Completion::promptTokens).sum());
    assertThat(stats.get(Metric.CACHED_TOKENS))
        .isEqualTo(replies.stream().mapToLong(Completion::cachedTokens).sum());
    assertThat(stats.get(Metric.GENERATED_TOKENS))
        .isEqualTo(replies.stream().mapToLong(Completion::generatedTokens).sum());
    assertThat(stats.get(Metric.SLOTS_IN_USE_PEAK)).isEqualTo(4);
    assertThat(stats.steps()).isPositive();
  }

  @Test
  void stepsWithTokensOfAPromptArePrefillsAndPositionsAreCountedWithTheirPadding()
      throws Exception {
    FakeForwardPass pass = FakeEngine.pass().padsToTheLongest();
    Generate first = OneRequest.greedy(FakeEngine.prompt(10), 5, Set.of());
    Metrics alone =
        FakeEngine.runTogether(pass, new EngineConfig(2, 4, 64), List.of(first)).metrics();

    assertThat(alone.get(Metric.PREFILL_STEPS)).isEqualTo(3);
    assertThat(alone.get(Metric.DECODE_STEPS)).isEqualTo(4);
    assertThat(alone.get(Metric.ATTENDED_POSITIONS)).isEqualTo(4 + 8 + 10 + 11 + 12 + 13 + 14);
    assertThat(alone.get(Metric.PADDED_POSITIONS)).isEqualTo(alone.get(Metric.ATTENDED_POSITIONS));
    assertThat(alone.get(Metric.PREFILL)).isPositive();
    assertThat(alone.get(Metric.DECODE)).isPositive();
    assertThat(alone.forwardNanos())
        .isEqualTo(alone.get(Metric.PREFILL) + alone.get(Metric.DECODE));
    assertThat(alone.get(Metric.SLOTS)).isEqualTo(2);
    assertThat(alone.get(Metric.FEEDS)).isOne();

    Generate second = OneRequest.greedy(FakeEngine.prompt(4), 2, Set.of());
    Metrics both =
        FakeEngine.runTogether(
                FakeEngine.pass().padsToTheLongest(),
                new EngineConfig(2, 14, 64),
                List.of(first, second))
            .metrics();
    assertThat(both.get(Metric.PREFILL_STEPS)).isEqualTo(1);
    assertThat(both.get(Metric.DECODE_STEPS)).isEqualTo(4);
    assertThat(both.get(Metric.ATTENDED_POSITIONS)).isEqualTo((10 + 4) + (11 + 5) + 12 + 13 + 14);
    assertThat(both.get(Metric.PADDED_POSITIONS)).isEqualTo(2 * 10 + 2 * 11 + 12 + 13 + 14);
  }
}

package io.turnmill.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.engine.ModelIdentity;
import io.turnmill.engine.decode.DecoderEngine.Hooks;
import io.turnmill.engine.decode.SuspendedSequences.Backoff;
import io.turnmill.inference.Backend;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.RepetitionDetection;
import io.turnmill.inference.RequestKey;
import io.turnmill.inference.SamplingParams;
import io.turnmill.inference.StopCheck;
import io.turnmill.inference.ThinkingBudget;
import io.turnmill.testing.FakeForwardPass;
import io.turnmill.testing.NaiveReference;
import io.turnmill.testing.OneRequest;
import io.turnmill.testing.RecordCopy;
import io.turnmill.testing.Tasks;
import io.turnmill.testing.TestSampling;
import io.turnmill.token.TokenIds;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A sampling parameter that is forgotten somewhere on its way through the engine fails here. */
class EverySamplingParameterTest {
  private static final EngineConfig CONFIG = new EngineConfig(4, 16, 64);
  private static final SamplingParams PLAIN =
      TestSampling.sampled(9, 0.7)
          .withStopTokenIds(Set.of(ScriptedWork.END_ID))
          .with(new RepetitionDetection(2, 1, 2))
          .with(new ThinkingBudget(4, List.of(6, 8)));

  /** All of a request; {@code n} is the task's, and each of its replies is a request. */
  static Stream<String> parameters() {
    return RecordCopy.names(SamplingParams.class).stream().filter(name -> !name.equals("n"));
  }

  @Test
  void everyParameterHasAnotherValueToBeTried() {
    assertThat(TestSampling.OTHERS.keySet()).isEqualTo(RecordCopy.names(SamplingParams.class));
  }

  @ParameterizedTest
  @MethodSource("parameters")
  void itIsInTheKeyOfARequest(String parameter) {
    assertThat(key(other(parameter))).isNotEqualTo(key(PLAIN));
  }

  @Test
  void repliesToOnePromptHaveKeysThatDoNotDependOnTheirNumber() {
    assertThat(key(other("n"))).isEqualTo(key(PLAIN));
  }

  @ParameterizedTest
  @MethodSource("parameters")
  void itChangesRepliesAndTheEngineDoesWithItWhatTheReferenceDoes(String parameter)
      throws Exception {
    List<Generate> requests = requests(other(parameter));
    List<Outcome> expected = reference(requests);

    assertThat(expected).isNotEqualTo(reference(requests(PLAIN)));
    assertThat(engine(requests)).isEqualTo(expected);
  }

  private static SamplingParams other(String parameter) {
    return TestSampling.with(PLAIN, parameter, TestSampling.OTHERS.get(parameter));
  }

  private static RequestKey key(SamplingParams sampling) {
    return CompletionCacheTest.key(TokenIds.of(5, 6), sampling, 1, "a model");
  }

  private static List<Generate> requests(SamplingParams sampling) {
    return IntStream.range(0, 20)
        .mapToObj(
            i -> new Generate(TokenIds.of(1, 5, 7, i % 3), sampling, i, () -> new ThinkingUntil(6)))
        .toList();
  }

  /** Reasons from the beginning of a reply until a token. */
  private static final class ThinkingUntil implements StopCheck {
    private final int last;
    private boolean thinking = true;

    ThinkingUntil(int last) {
      this.last = last;
    }

    @Override
    public boolean endsWith(int tokenId) {
      thinking &= tokenId != last;
      return false;
    }

    @Override
    public boolean thinking() {
      return thinking;
    }
  }

  private static List<Outcome> reference(List<Generate> requests) {
    try (NaiveReference reference = new NaiveReference(fake(), CONFIG.maxModelLen())) {
      return requests.stream().map(reference::run).toList();
    }
  }

  private static List<Outcome> engine(List<Generate> requests) throws InterruptedException {
    List<OneRequest> works = requests.stream().map(OneRequest::new).toList();
    try (Backend engine =
        DecoderEngine.start(
            fake(),
            CONFIG,
            ModelIdentity.NONE,
            new Hooks(Backoff.USUAL, Scheduler::verifyIntegrity))) {
      Tasks.run(engine, works.size(), works.iterator(), done -> {});
    }
    return works.stream()
        .map(work -> ScriptedWork.comparable(work.outcome().orElseThrow()))
        .toList();
  }

  private static FakeForwardPass fake() {
    return new FakeForwardPass(ScriptedWork.VOCAB_SIZE, ScriptedWork.END_ID, 0.1);
  }
}

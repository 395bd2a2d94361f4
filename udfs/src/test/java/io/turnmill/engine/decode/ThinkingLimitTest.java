package io.turnmill.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.turnmill.engine.ModelIdentity;
import io.turnmill.inference.Backend;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.SamplingParams;
import io.turnmill.inference.StopCheck;
import io.turnmill.inference.ThinkingBudget;
import io.turnmill.model.ModelFolder;
import io.turnmill.testing.OneRequest;
import io.turnmill.testing.Tasks;
import io.turnmill.testing.TestDevice;
import io.turnmill.testing.TestSampling;
import io.turnmill.token.TokenIds;
import io.turnmill.torch.Precision;
import io.turnmill.torch.Quantization;
import io.turnmill.torch.TorchForwardPass;
import io.turnmill.torch.TorchOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A budget for reasoning forces the marker, whatever a model would draw. */
class ThinkingLimitTest {
  private static final TokenIds PROMPT = TokenIds.of(5, 6, 7);
  private static final ThinkingBudget BUDGET = new ThinkingBudget(3, List.of(40, 41));

  /** Reasons until 41 comes. */
  private static StopCheck thinking() {
    return new StopCheck() {
      private boolean thinking = true;

      @Override
      public boolean endsWith(int tokenId) {
        thinking &= tokenId != 41;
        return false;
      }

      @Override
      public boolean thinking() {
        return thinking;
      }
    };
  }

  private static Generate request(SamplingParams sampling) {
    return new Generate(PROMPT, sampling, 11, ThinkingLimitTest::thinking);
  }

  private static void assertForced(Completion reply, Completion free) {
    assertThat(reply.ids().slice(0, 3)).isEqualTo(free.ids().slice(0, 3));
    assertThat(reply.ids().slice(3, 5)).isEqualTo(TokenIds.of(40, 41));
    assertThat(reply.ids().size()).isEqualTo(9);
    assertThat(reply.forcedTokens()).isEqualTo(2);
    double drawn =
        IntStream.range(0, 9)
            .filter(place -> place < 3 || place > 4)
            .mapToDouble(place -> reply.logprobs().get(place).logprob())
            .sum();
    assertThat(reply.sumLogprob()).isCloseTo(drawn, within(1e-9));
    assertThat(reply.meanLogprob()).isCloseTo(drawn / 7, within(1e-9));
    assertThat(reply.logprobs().get(3).id()).isEqualTo(40);
  }

  @Test
  void afterAsManyTokensTheMarkerComesAndTheReplyGoesOn() throws Exception {
    SamplingParams sampling = SamplingParams.greedy(9).with(1, 0);
    assertForced(
        FakeEngine.run(request(sampling.with(BUDGET))).completion(),
        FakeEngine.run(request(sampling)).completion());
  }

  /** With sampling and penalties, too: the sampler of PyTorch takes the forced token. */
  @Test
  void aRealModelTakesTheForcedTokensWhateverItsScores() throws Exception {
    SamplingParams greedy = SamplingParams.greedy(9).with(1, 1);
    List<SamplingParams> all =
        List.of(
            greedy,
            TestSampling.with(greedy, "temperature", 1.5),
            TestSampling.with(greedy, "penalties.repetition", 2.0));
    ModelFolder folder = ModelFolder.open(Path.of("../samples/models/chat-mini"));
    TorchOptions options =
        TorchOptions.of(Precision.FLOAT32, Quantization.NONE, 1, TestDevice.NAME);
    List<OneRequest> works =
        all.stream()
            .flatMap(sampling -> Stream.of(request(sampling.with(BUDGET)), request(sampling)))
            .map(OneRequest::new)
            .toList();
    try (Backend engine =
        DecoderEngine.start(
            TorchForwardPass.load(folder, options),
            new EngineConfig(1, 64, 64),
            ModelIdentity.NONE)) {
      Tasks.run(engine, 1, works.iterator(), done -> {});
    }
    for (int i = 0; i < works.size(); i += 2) {
      Completion reply = works.get(i).completion();
      assertForced(reply, works.get(i + 1).completion());
      assertThat(reply.logprobs().get(3).logprob())
          .as("the model's own log-probability of a token that it would not have drawn")
          .isNegative()
          .isLessThanOrEqualTo(reply.logprobs().get(3).alternatives().get(0).logprob());
    }
  }

  @Test
  void aReplyThatStopsReasoningInTimeIsLeftAlone() throws Exception {
    SamplingParams sampling = SamplingParams.greedy(9).with(new ThinkingBudget(20, List.of(40)));
    Completion reply = FakeEngine.run(request(sampling)).completion();
    assertThat(reply).isEqualTo(FakeEngine.run(request(SamplingParams.greedy(9))).completion());
    assertThat(reply.forcedTokens()).isZero();
  }
}

package io.turnmill.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.engine.ModelIdentity;
import io.turnmill.engine.decode.DecoderEngine;
import io.turnmill.engine.decode.EngineConfig;
import io.turnmill.engine.decode.Together;
import io.turnmill.inference.Backend;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.StopCheck;
import io.turnmill.inference.TokenLogprob;
import io.turnmill.model.ModelFolder;
import io.turnmill.testing.SamplingGolden;
import io.turnmill.testing.TestDevice;
import io.turnmill.token.TokenIds;
import io.turnmill.torch.Precision;
import io.turnmill.torch.Quantization;
import io.turnmill.torch.TorchForwardPass;
import io.turnmill.torch.TorchOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Replies of the sample model under every sampling setting. */
class SampledRepliesTest {
  private static final Path MODEL = Path.of("../samples/models/chat-mini");
  private static final int MAX_NEW_TOKENS = 40;
  private static final int ALTERNATIVES = 5;

  /** Sums of some dozens of float32 log-probabilities, in another order than the reference's. */
  private static final double LOGPROB_TOLERANCE = 1e-3;

  @Test
  void greedyRepliesUnderPenaltiesAndBiasesAreThoseOfTransformers() throws Exception {
    List<SamplingGolden> goldens = SamplingGolden.all("replies");
    List<Generate> requests =
        goldens.stream()
            .map(
                golden ->
                    new Generate(
                        golden.ids("prompt"),
                        golden.sampling(MAX_NEW_TOKENS).with(1, ALTERNATIVES),
                        0,
                        () -> StopCheck.NEVER))
            .toList();
    List<Completion> replies = replies(requests, Precision.FLOAT32, new EngineConfig(6, 300, 800));

    assertThat(replies).hasSize(20);
    for (int i = 0; i < replies.size(); i++) {
      List<Integer> ids = new ArrayList<>();
      double sum = 0;
      for (JsonNode token : goldens.get(i).json().get("tokens")) {
        ids.add(token.get("id").asInt());
        sum += token.get("logprob").asDouble();
      }
      assertThat(drawn(replies.get(i))).isEqualTo(ids);
      assertThat(replies.get(i).sumLogprob()).isCloseTo(sum, within(LOGPROB_TOLERANCE));
      assertAlternatives(replies.get(i).logprobs(), goldens.get(i).json().get("tokens"));
    }
  }

  /** Neighbours that are as likely as each other may change places. */
  private static void assertAlternatives(List<TokenLogprob> logprobs, JsonNode expected) {
    assertThat(logprobs).hasSize(expected.size());
    for (int i = 0; i < logprobs.size(); i++) {
      TokenLogprob token = logprobs.get(i);
      assertThat(token.id()).isEqualTo(expected.get(i).get("id").asInt());
      assertThat((double) token.logprob())
          .isCloseTo(expected.get(i).get("logprob").asDouble(), within(LOGPROB_TOLERANCE));
      assertThat(token.alternatives()).hasSize(ALTERNATIVES);
      for (int rank = 0; rank < ALTERNATIVES; rank++) {
        double logprob = expected.get(i).get("logprobs").get(rank).asDouble();
        int id = expected.get(i).get("ids").get(rank).asInt();
        TokenLogprob.Alternative alternative = token.alternatives().get(rank);
        assertThat((double) alternative.logprob()).isCloseTo(logprob, within(LOGPROB_TOLERANCE));
        assertThat(token.alternatives()).extracting(TokenLogprob.Alternative::id).contains(id);
      }
    }
  }

  /** The stop token included. */
  private static List<Integer> drawn(Completion reply) {
    TokenIds ids =
        reply.stopTokenId() < 0
            ? reply.ids()
            : reply.ids().concat(TokenIds.of(reply.stopTokenId()));
    List<Integer> list = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      list.add(ids.get(i));
    }
    return list;
  }

  /** In the order of the requests. */
  private static List<Completion> replies(
      List<Generate> requests, Precision precision, EngineConfig config) throws Exception {
    ModelFolder folder = ModelFolder.open(MODEL, Optional.empty());
    TorchOptions options = TorchOptions.of(precision, Quantization.NONE, 1, TestDevice.NAME);
    try (Backend engine =
        DecoderEngine.start(TorchForwardPass.load(folder, options), config, ModelIdentity.NONE)) {
      return Together.run(engine, requests).inOrder().stream().map(Completion.class::cast).toList();
    }
  }
}

package io.turnmill.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.turnmill.engine.ModelIdentity;
import io.turnmill.engine.decode.DecoderEngine;
import io.turnmill.engine.decode.EngineConfig;
import io.turnmill.engine.decode.Together;
import io.turnmill.inference.Backend;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.Outcome.Scores;
import io.turnmill.inference.Request;
import io.turnmill.inference.Score;
import io.turnmill.model.DecoderSpec;
import io.turnmill.testing.NaiveReference;
import io.turnmill.testing.OneRequest;
import io.turnmill.testing.TestDevice;
import io.turnmill.token.TokenIds;
import io.turnmill.torch.source.AttentionKernel;
import io.turnmill.torch.source.LinearKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Scores of continuations against transformers: the logarithm of the softmax of its scores for the
 * same ids. What transformers was not asked is held to one pass for each token.
 */
class ScoringGoldenTest {
  private static final int LONGEST = 128;

  /** The numbers of a row do not depend on its company, but for the order of their sums. */
  private static final float INT8_TOLERANCE = 0.01f;

  static Stream<Golden> models() {
    return Golden.all();
  }

  static Stream<Golden> goldens() {
    return Stream.concat(Golden.all(), Golden.adapted());
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void theScoresOfATextsRestEqualThoseOfTransformers(Golden golden) throws Exception {
    List<Score> requests = new ArrayList<>();
    List<List<Float>> expected = new ArrayList<>();
    TokenIds whole = golden.replayed();
    for (int split : new int[] {1, 31, 33, 64}) {
      requests.add(new Score(whole.slice(0, split), List.of(whole.slice(split, whole.size()))));
      expected.add(Golden.logprobs(whole, golden.replay(), split, whole.size()));
    }
    for (int i = 0; i < golden.prompts().size(); i++) {
      TokenIds prompt = golden.prompts().get(i);
      if (prompt.size() > 1) {
        requests.add(new Score(prompt.slice(0, 1), List.of(prompt.slice(1, prompt.size()))));
        expected.add(Golden.logprobs(prompt, golden.logits().get(i), 1, prompt.size()));
      }
    }
    for (int budget : new int[] {512, 7}) {
      List<Scores> scores = scores(load(golden), budget, requests);
      for (int i = 0; i < requests.size(); i++) {
        assertClose(scores.get(i), List.of(expected.get(i)), Golden.FLOAT32_TOLERANCE);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void continuationsOfWhichEachGoesOnAfterAnotherEqualThoseOfTransformers(Golden golden)
      throws Exception {
    if (((DecoderSpec) golden.model().spec()).dependsOnLength()) {
      return; // there each length has scores of its own, which transformers was not asked for
    }
    TokenIds whole = golden.replayed();
    int split = 20;
    List<TokenIds> continuations = new ArrayList<>();
    List<List<Float>> expected = new ArrayList<>();
    for (int end : new int[] {40, 21, 65, 22, 40, 64}) {
      continuations.add(whole.slice(split, end));
      expected.add(Golden.logprobs(whole, golden.replay(), split, end));
    }
    for (int budget : new int[] {512, 3}) {
      Score score = new Score(whole.slice(0, split), continuations);
      Scores scores = scores(load(golden), budget, List.of(score)).get(0);
      assertClose(scores, expected, Golden.FLOAT32_TOLERANCE);
      assertThat(scores.cachedTokens() + scores.computedTokens()).isEqualTo(64);
    }
  }

  /** Also where some continuations end beyond the length at which a model's positions change. */
  @ParameterizedTest
  @MethodSource("models")
  void aTreeOfContinuationsBesideRepliesEqualsOnePassForEachToken(Golden golden) throws Exception {
    List<Score> requests = trees(golden);
    List<Scores> expected = onePassForEachToken(load(golden), requests);

    for (int budget : new int[] {256, 3}) {
      assertClose(scores(load(golden), budget, requests), expected, Golden.FLOAT32_TOLERANCE);
    }
    TorchForwardPass byLength = load(golden, LinearKernel.PLAIN, AttentionKernel.BY_LENGTH);
    assertClose(scores(byLength, 9, requests), expected, Golden.FLOAT32_TOLERANCE);
    TorchForwardPass blocks = load(golden, LinearKernel.MERGED, AttentionKernel.BLOCKS);
    assertClose(scores(blocks, 9, requests), expected, Golden.FLOAT32_TOLERANCE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"qwen2-tied-f32", "gemma3_text-pattern", "phi3-longrope", "llama-biases-gelu"})
  void int8EqualsItsOwnPassForEachToken(String name) throws Exception {
    Golden golden = Golden.named(name);
    List<Score> requests = trees(golden);
    List<Scores> expected = onePassForEachToken(int8(golden), requests);
    assertClose(scores(int8(golden), 9, requests), expected, INT8_TOLERANCE);
  }

  /** A prompt with continuations that part at several places, and with some of them again. */
  private static List<Score> trees(Golden golden) {
    int vocabulary = golden.model().spec().vocabSize();
    Random random = new Random(7);
    TokenIds prompt = ids(random, 27, vocabulary);
    TokenIds one = ids(random, 9, vocabulary);
    TokenIds two = one.slice(0, 4).concat(ids(random, 3, vocabulary));
    List<TokenIds> continuations =
        List.of(
            one,
            two,
            one.slice(0, 6),
            ids(random, 1, vocabulary),
            two.slice(0, 5).concat(ids(random, 6, vocabulary)),
            one);
    return List.of(
        new Score(prompt, continuations), new Score(prompt, continuations.subList(2, 5)));
  }

  private static TokenIds ids(Random random, int count, int vocabulary) {
    return TokenIds.of(random.ints(count, 0, vocabulary).toArray());
  }

  private static List<Scores> onePassForEachToken(TorchForwardPass pass, List<Score> requests) {
    try (NaiveReference reference = new NaiveReference(pass, LONGEST)) {
      return requests.stream().map(request -> (Scores) reference.run(request)).toList();
    }
  }

  /** In two slots, and beside replies, which are the same as by themselves. */
  private static List<Scores> scores(TorchForwardPass pass, int budget, List<Score> requests)
      throws InterruptedException {
    boolean reuse = pass.shape().prefixReusable(LONGEST);
    EngineConfig config = new EngineConfig(2, budget, LONGEST, 0, reuse);
    List<Generate> replies =
        requests.stream()
            .limit(3)
            .map(request -> OneRequest.greedy(request.prompt(), 6, Set.of()))
            .toList();
    try (Backend engine = DecoderEngine.start(pass, config, ModelIdentity.NONE)) {
      List<Request> all = new ArrayList<>();
      for (int i = 0; i < requests.size(); i++) {
        all.add(requests.get(i));
        all.addAll(i < replies.size() ? List.of(replies.get(i)) : List.of());
      }
      List<Completion> alone =
          Together.run(engine, replies).inOrder().stream().map(Completion.class::cast).toList();
      List<?> outcomes = Together.run(engine, all).inOrder();
      List<Completion> beside =
          outcomes.stream()
              .filter(Completion.class::isInstance)
              .map(Completion.class::cast)
              .toList();
      assertThat(beside.stream().map(Completion::ids))
          .isEqualTo(alone.stream().map(Completion::ids).toList());
      return outcomes.stream().filter(Scores.class::isInstance).map(Scores.class::cast).toList();
    }
  }

  private static TorchForwardPass load(Golden golden) {
    return TorchForwardPass.load(golden.model(), Runner.FLOAT32);
  }

  private static TorchForwardPass load(
      Golden golden, LinearKernel linear, AttentionKernel attention) {
    TorchOptions options = new TorchOptions(Precision.FLOAT32, linear, 1, TestDevice.NAME);
    return TorchForwardPass.load(golden.model(), options, attention, UnaryOperator.identity());
  }

  private static TorchForwardPass int8(Golden golden) {
    TorchOptions options =
        TorchOptions.of(Precision.FLOAT32, Quantization.INT8, 1, TestDevice.NAME);
    return TorchForwardPass.load(golden.model(), options);
  }

  private static void assertClose(List<Scores> scores, List<Scores> expected, float tolerance) {
    assertThat(scores).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertClose(scores.get(i), expected.get(i).logprobs(), tolerance);
    }
  }

  private static void assertClose(Scores scores, List<List<Float>> expected, float tolerance) {
    assertThat(scores.logprobs()).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      List<Float> logprobs = scores.logprobs().get(i);
      assertThat(logprobs).hasSameSizeAs(expected.get(i));
      for (int t = 0; t < logprobs.size(); t++) {
        assertThat(logprobs.get(t))
            .as("token %d of continuation %d", t, i)
            .isCloseTo(expected.get(i).get(t), within(tolerance));
      }
    }
  }
}

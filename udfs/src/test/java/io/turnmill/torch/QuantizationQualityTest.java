package io.turnmill.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.turnmill.model.ModelFolder;
import io.turnmill.testing.Conversations;
import io.turnmill.testing.Conversations.Conversation;
import io.turnmill.testing.Divergence;
import io.turnmill.testing.TokenScores;
import io.turnmill.token.TokenIds;
import io.turnmill.torch.source.LinearKernel;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What precisions and int8 may cost on real weights and sample conversations; the whole figures are
 * in {@code samples/models/chat-mini/QUALITY.md}. The bounds are some two or three times what was
 * measured.
 */
class QuantizationQualityTest {
  private static final Path MODEL = Path.of("../samples/models/chat-mini");
  private static final Path SESSIONS = Path.of("../samples/sessions/sessions.jsonl");

  /** Sessions of each language. */
  private static final int SAMPLE = 2;

  /** Of these sessions, by transformers 4.57.6 and PyTorch 2.7.1. */
  private static final double PERPLEXITY = 446.6447;

  private static List<TokenIds> sessions;
  private static List<float[][]> expected;

  /**
   * How far a way to compute may be from float32.
   *
   * @param perplexity share by which it may differ
   * @param greatestError of a score
   * @param meanKl in nats
   */
  private record Bound(
      Precision precision,
      LinearKernel kernel,
      double perplexity,
      double greatestError,
      double meanKl) {}

  /** Of what this processor computes rightly, the product's own choice among it. */
  static Stream<Bound> bounds() {
    return Stream.of(
            new Bound(Precision.BFLOAT16, LinearKernel.PLAIN, 0.002, 0.25, 0.00025),
            new Bound(Precision.BFLOAT16, LinearKernel.MATMUL_INT8, 0.004, 1.0, 0.001),
            new Bound(Precision.BFLOAT16, LinearKernel.PREPACKED_INT8, 0.004, 1.2, 0.001),
            new Bound(Precision.BFLOAT16, LinearKernel.PREPACKED_INT8_REDUCED, 0.004, 1.2, 0.001))
        .filter(bound -> TorchOptions.fault(bound.precision(), bound.kernel(), "cpu").isEmpty());
  }

  @BeforeAll
  static void computeInFloat32() {
    List<Conversation> all = Conversations.of(List.of(SESSIONS), MODEL, Conversations::lines);
    sessions =
        Stream.of(false, true)
            .flatMap(chinese -> all.stream().filter(c -> c.chinese() == chinese).limit(SAMPLE))
            .map(Conversation::ids)
            .toList();
    expected = scores(Precision.FLOAT32, LinearKernel.PLAIN);
  }

  @Test
  void float32HasThePerplexityOfTransformers() {
    assertThat(divergence(expected).perplexity()).isCloseTo(PERPLEXITY, withinPercentage(0.01));
  }

  @ParameterizedTest
  @MethodSource("bounds")
  void conversationsStayAsLikely(Bound bound) {
    Divergence of = divergence(scores(bound.precision(), bound.kernel()));
    assertThat(of.perplexity()).isCloseTo(PERPLEXITY, withinPercentage(100 * bound.perplexity()));
    assertThat(of.greatestError()).isLessThan(bound.greatestError());
    assertThat(of.meanKl()).isLessThan(bound.meanKl());
  }

  private static List<float[][]> scores(Precision precision, LinearKernel kernel) {
    int longest = sessions.stream().mapToInt(TokenIds::size).max().orElseThrow();
    TorchOptions options = new TorchOptions(precision, kernel, 1, "cpu");
    try (TokenScores scores = PassScores.load(ModelFolder.open(MODEL), options, 1, longest)) {
      return sessions.stream().map(ids -> scores.of(List.of(ids)).get(0)).toList();
    }
  }

  private static Divergence divergence(List<float[][]> actual) {
    Divergence sum = new Divergence();
    for (int i = 0; i < actual.size(); i++) {
      sum.add(sessions.get(i), actual.get(i), expected.get(i));
    }
    return sum;
  }
}

package io.turnmill.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import io.turnmill.engine.Draw;
import io.turnmill.engine.NextTokens;
import io.turnmill.engine.ReferenceSampler;
import io.turnmill.engine.TokenBatch.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Draws inside TorchScript against the plain reference. */
class SamplerTest {
  private static final Offset<Double> LOGPROB_TOLERANCE = Offset.offset(1e-4);

  static Stream<Golden> goldens() {
    return Golden.all();
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void drawsOfAModelEqualTheReferenceOnTransformersScores(Golden golden) {
    Random random = new Random(5);
    try (Runner runner = Runner.of(golden)) {
      for (int round = 0; round < 10; round++) {
        List<Row> rows = new ArrayList<>();
        for (int i : order(golden)) {
          rows.add(Runner.row(i, 0, golden.prompts().get(i), anyDraw(random)));
        }
        NextTokens next = runner.forward(rows);
        for (int r = 0; r < rows.size(); r++) {
          float[][] scores = golden.logits().get(rows.get(r).slot());
          float[] last = scores[scores.length - 1];
          Draw draw = rows.get(r).draw().orElseThrow();
          assertThat(next.id(r)).as("%s", draw).isEqualTo(ReferenceSampler.draw(last, draw));
          assertThat((double) next.logprob(r))
              .isCloseTo(ReferenceSampler.logprob(last, next.id(r)), LOGPROB_TOLERANCE);
        }
      }
    }
  }

  /** One-token prompts first, as the batch wants it. */
  private static int[] order(Golden golden) {
    return IntStream.range(0, golden.prompts().size())
        .boxed()
        .sorted(Comparator.comparing(i -> golden.prompts().get(i).size()))
        .mapToInt(i -> i)
        .toArray();
  }

  @Test
  void drawsFromALargeVocabularyEqualTheReferenceForAnySettings() {
    Random random = new Random(6);
    for (double spread : new double[] {0.01, 1, 4, 12}) {
      List<float[]> scores = new ArrayList<>();
      List<Draw> draws = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        scores.add(scores(random, 5000, spread, 0));
        draws.add(anyDraw(random));
      }
      assertDraws(scores, draws, 1024);
    }
  }

  @Test
  void amongEqualScoresTheSmallerIdComesFirst() {
    Random random = new Random(7);
    List<float[]> scores = new ArrayList<>();
    List<Draw> draws = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      scores.add(scores(random, 300, 2, 2));
      draws.add(anyDraw(random));
    }
    assertDraws(scores, draws, 1024);
    assertDraws(scores, draws, 16);
  }

  @Test
  void scoresThatAreNotFiniteGiveNoLogProbabilityAndSpareTheirNeighbours() {
    List<float[]> scores = new ArrayList<>();
    for (float odd :
        new float[] {Float.NaN, 1f, Float.POSITIVE_INFINITY, 1f, Float.NEGATIVE_INFINITY}) {
      scores.add(new float[] {0f, odd, 3f, 2f});
    }
    for (Draw draw : List.of(Draw.GREEDY, new Draw(1f, 0, 1f, 0f, 0.1f))) {
      double[] drawn = draw(scores, List.of(draw, draw, draw, draw, draw), 2);
      assertThat(IntStream.range(0, 5).mapToObj(i -> Double.isNaN(drawn[5 + i])))
          .containsExactly(true, false, true, false, true);
      assertThat(drawn[1]).isEqualTo(2);
      assertThat(drawn[3]).isEqualTo(2);
    }
  }

  private static void assertDraws(List<float[]> scores, List<Draw> draws, int candidates) {
    double[] drawn = draw(scores, draws, candidates);
    for (int i = 0; i < draws.size(); i++) {
      int expected = ReferenceSampler.draw(scores.get(i), draws.get(i));
      assertThat((int) drawn[i]).as("%s", draws.get(i)).isEqualTo(expected);
      assertThat(drawn[draws.size() + i])
          .isCloseTo(ReferenceSampler.logprob(scores.get(i), expected), LOGPROB_TOLERANCE);
    }
  }

  private static double[] draw(List<float[]> scores, List<Draw> draws, int candidates) {
    int vocab = scores.get(0).length;
    float[] flat = new float[scores.size() * vocab];
    for (int i = 0; i < scores.size(); i++) {
      System.arraycopy(scores.get(i), 0, flat, i * vocab, vocab);
    }
    Engine.getEngine("PyTorch");
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        TorchModule sampler =
            TorchModule.compile(
                SamplerSource.CLASS_NAME, SamplerSource.TEXT, (PtNDManager) manager);
        Arguments arguments = new Arguments((PtNDManager) manager)) {
      return arguments.doubles(
          arguments.own(
              sampler.run(
                  "draw",
                  arguments.matrix(flat, vocab),
                  arguments.matrix(TorchForwardPass.table(draws), SamplerSource.COLUMNS),
                  arguments.longs(TorchForwardPass.sampledRows(draws)),
                  arguments.number(candidates))));
    }
  }

  /** Normal scores; with {@code levels} > 0 rounded, so that many are equal. */
  private static float[] scores(Random random, int vocab, double spread, int levels) {
    float[] scores = new float[vocab];
    for (int i = 0; i < vocab; i++) {
      double score = random.nextGaussian() * spread;
      scores[i] = (float) (levels > 0 ? Math.rint(score * levels) / levels : score);
    }
    return scores;
  }

  private static Draw anyDraw(Random random) {
    return new Draw(
        random.nextInt(5) == 0 ? 0f : 0.2f + 2 * random.nextFloat(),
        random.nextBoolean() ? 0 : 1 + random.nextInt(random.nextInt(10) == 0 ? 4000 : 50),
        random.nextBoolean() ? 1f : 0.05f + 0.9f * random.nextFloat(),
        random.nextBoolean() ? 0f : 0.5f * random.nextFloat(),
        random.nextFloat());
  }
}

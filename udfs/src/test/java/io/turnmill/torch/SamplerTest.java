package io.turnmill.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.engine.Draw;
import io.turnmill.engine.ScoreEdits;
import io.turnmill.engine.ScoreEdits.Edit;
import io.turnmill.engine.TokenBatch.Row;
import io.turnmill.engine.decode.DrawOf;
import io.turnmill.engine.decode.NextTokens;
import io.turnmill.inference.SamplingParams;
import io.turnmill.inference.TokenLogprob;
import io.turnmill.testing.RecordCopy;
import io.turnmill.testing.ReferenceSampler;
import io.turnmill.testing.SamplingGolden;
import io.turnmill.testing.TestSampling;
import io.turnmill.token.TokenIds;
import io.turnmill.torch.source.SamplerSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
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
          int vocab = golden.logits().get(i)[0].length;
          rows.add(Runner.row(i, 0, golden.prompts().get(i), anyDraw(random, vocab)));
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
        draws.add(anyDraw(random, 5000));
      }
      assertDraws(scores, draws, 1024);
    }
  }

  /** One batch of all rows, greedy and sampled ones, with and without penalties. */
  @Test
  void penaltiesBiasesAndWarpersAreThoseOfTransformers() {
    List<float[]> scores = new ArrayList<>();
    List<Draw> draws = new ArrayList<>();
    List<Integer> expected = new ArrayList<>();
    for (SamplingGolden golden : SamplingGolden.all("draws")) {
      for (JsonNode drawn : golden.json().get("drawn")) {
        scores.add(golden.scores());
        draws.add(
            DrawOf.next(
                golden.ids("prompt"),
                golden.sampling(100),
                golden.ids("reply"),
                (float) drawn.get(0).asDouble()));
        expected.add(drawn.get(1).asInt());
      }
    }
    for (int candidates : new int[] {1024, 16}) {
      DrawTables.Drawn drawn = draw(scores, draws, candidates);
      assertThat(IntStream.range(0, draws.size()).mapToObj(drawn.next()::id).toList())
          .hasSizeGreaterThan(600)
          .isEqualTo(expected);
    }
  }

  /** Each part of a draw, changed alone: one that does not arrive fails here. */
  @Test
  void everyPartOfADrawMatters() {
    Edit edit = new Edit(1, 4f, 1.2f, 0.5f);
    Draw plain = new Draw(0.9f, 0, 1f, 0f, 0.6f, ScoreEdits.of(List.of(edit)), 0);
    Map<String, Object> others =
        Map.of(
            "temperature",
            2f,
            "topK",
            2,
            "topP",
            0.3f,
            "minP",
            0.3f,
            "uniform",
            0.1f,
            "alternatives",
            3,
            "edits",
            ScoreEdits.NONE);
    Map<String, Object> otherEdits = Map.of("id", 2, "bias", 0f, "repetition", 5f, "deduction", 4f);
    assertThat(others.keySet()).isEqualTo(RecordCopy.names(Draw.class));
    assertThat(otherEdits.keySet()).isEqualTo(RecordCopy.names(Edit.class));

    List<Draw> changed = new ArrayList<>();
    others.forEach((part, other) -> changed.add(RecordCopy.with(plain, part, other)));
    otherEdits.forEach(
        (part, other) ->
            changed.add(plain.with(ScoreEdits.of(List.of(RecordCopy.with(edit, part, other))))));
    Random random = new Random(11);
    List<float[]> scores = Stream.generate(() -> scores(random, 50, 1, 0)).limit(60).toList();
    List<TokenLogprob> before = tokens(scores, plain);
    for (Draw draw : changed) {
      assertThat(tokens(scores, draw)).as("%s", draw).isNotEqualTo(before);
      assertDraws(scores, Collections.nCopies(scores.size(), draw), 1024);
    }
  }

  private static List<TokenLogprob> tokens(List<float[]> scores, Draw draw) {
    NextTokens next = draw(scores, Collections.nCopies(scores.size(), draw), 1024).next();
    return IntStream.range(0, scores.size()).mapToObj(next::token).toList();
  }

  @Test
  void amongEqualScoresTheSmallerIdComesFirst() {
    Random random = new Random(7);
    List<float[]> scores = new ArrayList<>();
    List<Draw> draws = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      scores.add(scores(random, 300, 2, 2));
      draws.add(anyDraw(random, 300));
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
      DrawTables.Drawn drawn = draw(scores, List.of(draw, draw, draw, draw, draw), 2);
      assertThat(IntStream.range(0, 5).mapToObj(i -> Float.isNaN(drawn.next().logprob(i))))
          .containsExactly(true, false, true, false, true);
      assertThat(drawn.next().id(1)).isEqualTo(2);
      assertThat(drawn.next().id(3)).isEqualTo(2);
      assertThat(drawn.spoilt()).containsExactly(1);
    }
  }

  /** The method that a second draw needs does not work here. */
  @Test
  void topKNeedsNoSecondDrawHoweverLargeItIs() {
    String works = "torch.index_select(scores, 0, torch.to(rows";
    String once = SamplerSource.text().replace(works, works.replace("0", "7"));
    Random random = new Random(8);
    List<float[]> scores = new ArrayList<>();
    List<Draw> draws = new ArrayList<>();
    for (int topK : new int[] {1023, 1024, 1025, 2000, 4999, 5000, 5001, 1 << 30}) {
      scores.add(scores(random, 5000, 4, 0));
      draws.add(new Draw(1f, topK, 1f, 0f, 0.3f));
    }
    for (int i = 0; i < draws.size(); i++) {
      NextTokens next = draw(scores.subList(i, i + 1), draws.subList(i, i + 1), 1024, once).next();
      assertThat(next.id(0)).isEqualTo(ReferenceSampler.draw(scores.get(i), draws.get(i)));
    }
    assertDraws(scores, draws, 1024);

    List<float[]> flat = List.of(scores(random, 5000, 0.01, 0));
    List<Draw> deep = List.of(new Draw(1f, 0, 0.9f, 0f, 0.8f));
    assertThatThrownBy(() -> draw(flat, deep, 1024, once)).isInstanceOf(EngineException.class);
  }

  @Test
  void temperaturesAtTheEndsOfTheirRangeDrawNoGarbage() {
    float[] scores = scores(new Random(9), 50, 4, 0);
    int best = ReferenceSampler.draw(scores, Draw.GREEDY);
    for (double temperature : new double[] {0, Double.MIN_VALUE, 1e-40, 1e-37, 9e-6}) {
      Draw draw = drawOf(temperature, 0, 0.9f);
      assertThat(draw(List.of(scores), List.of(draw), 1024).next().id(0)).isEqualTo(best);
    }
    assertThat(drawOf(1e-5, 0, 0.9f).greedy()).isFalse();
    assertDraws(List.of(scores), List.of(drawOf(1e-5, 0, 0.9f)), 1024);

    for (double temperature : new double[] {3e38, 4e38, Double.MAX_VALUE}) {
      for (float uniform : new float[] {0, 0.3f, 0.999f}) {
        Draw draw = drawOf(temperature, 1, uniform);
        DrawTables.Drawn drawn = draw(List.of(scores), List.of(draw), 1024);
        // All as likely as each other, but for those that must not be drawn.
        assertThat(drawn.next().id(0)).isNotEqualTo(best);
        assertThat(drawn.next().logprob(0)).isFinite();
        assertDraws(List.of(scores), List.of(draw), 1024);
      }
    }
  }

  /** The likeliest of the test's scores is a stop token. */
  private static Draw drawOf(double temperature, int minTokens, float uniform) {
    Set<Integer> stops = Set.of(best50());
    SamplingParams sampling =
        TestSampling.notBefore(minTokens, TestSampling.sampled(9, temperature))
            .withStopTokenIds(stops);
    return DrawOf.next(TokenIds.of(1), sampling, TokenIds.of(), uniform);
  }

  private static int best50() {
    return ReferenceSampler.draw(scores(new Random(9), 50, 4, 0), Draw.GREEDY);
  }

  private static void assertDraws(List<float[]> scores, List<Draw> draws, int candidates) {
    DrawTables.Drawn drawn = draw(scores, draws, candidates);
    for (int i = 0; i < draws.size(); i++) {
      int expected = ReferenceSampler.draw(scores.get(i), draws.get(i));
      assertThat(drawn.next().id(i)).as("%s", draws.get(i)).isEqualTo(expected);
      assertThat((double) drawn.next().logprob(i))
          .isCloseTo(ReferenceSampler.logprob(scores.get(i), expected), LOGPROB_TOLERANCE);
    }
  }

  private static DrawTables.Drawn draw(List<float[]> scores, List<Draw> draws, int candidates) {
    return draw(scores, draws, candidates, SamplerSource.text());
  }

  private static DrawTables.Drawn draw(
      List<float[]> scores, List<Draw> draws, int candidates, String source) {
    int vocab = scores.get(0).length;
    float[] flat = new float[scores.size() * vocab];
    for (int i = 0; i < scores.size(); i++) {
      System.arraycopy(scores.get(i), 0, flat, i * vocab, vocab);
    }
    Engine.getEngine("PyTorch");
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        TorchModule sampler =
            TorchModule.compile(SamplerSource.CLASS_NAME, source, (PtNDManager) manager);
        Arguments arguments = new Arguments((PtNDManager) manager)) {
      return new DrawTables(draws)
          .run(
              sampler,
              new DrawTables.Scores(
                  arguments.matrix(flat, vocab),
                  arguments.matrix(new float[] {1, 0}, 1),
                  Optional.empty(),
                  2,
                  vocab),
              candidates,
              arguments,
              () -> {});
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

  private static Draw anyDraw(Random random, int vocab) {
    return new Draw(
        random.nextInt(5) == 0 ? 0f : 0.2f + 2 * random.nextFloat(),
        random.nextBoolean() ? 0 : 1 + random.nextInt(random.nextInt(10) == 0 ? 4000 : 50),
        random.nextBoolean() ? 1f : 0.05f + 0.9f * random.nextFloat(),
        random.nextBoolean() ? 0f : 0.5f * random.nextFloat(),
        random.nextFloat(),
        anyEdits(random, vocab),
        0);
  }

  /** None for every second row; else of up to 40 tokens, one of them perhaps forbidden. */
  private static ScoreEdits anyEdits(Random random, int vocab) {
    if (random.nextBoolean()) {
      return ScoreEdits.NONE;
    }
    float repetition = 0.5f + 2 * random.nextFloat();
    return ScoreEdits.of(
        random
            .ints(0, vocab)
            .distinct()
            .limit(Math.min(vocab / 2, 1 + random.nextInt(40)))
            .mapToObj(
                id ->
                    new Edit(
                        id,
                        random.nextInt(10) == 0
                            ? Float.NEGATIVE_INFINITY
                            : random.nextBoolean() ? 0 : (float) (5 * random.nextGaussian()),
                        random.nextBoolean() ? 1 : repetition,
                        random.nextBoolean() ? 0 : 3 * random.nextFloat()))
            .toList());
  }
}

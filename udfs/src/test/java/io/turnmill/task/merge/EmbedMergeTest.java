package io.turnmill.task.merge;

import static io.turnmill.task.ChunksForTests.chunk;
import static io.turnmill.task.ChunksForTests.failed;
import static io.turnmill.task.ChunksForTests.item;
import static io.turnmill.task.ChunksForTests.said;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.turnmill.task.Answers;
import io.turnmill.task.ChunkAnswer;
import io.turnmill.task.Embedding;
import io.turnmill.task.StoredVector;
import io.turnmill.task.TaskOptions.Embed;
import io.turnmill.task.TaskOptions.Normalize;
import io.turnmill.task.TaskOptions.TooLong;
import io.turnmill.task.TaskOptions.VectorType;
import io.turnmill.task.TaskResult;
import io.turnmill.task.Unit;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EmbedMergeTest {
  private static Embed options(Normalize normalize, VectorType type) {
    return new Embed(Unit.SESSION, "", "", normalize, 0, type, TooLong.CHUNK);
  }

  private static Embedding vector(VectorType type, float... values) {
    return new Embedding(OptionalInt.empty(), StoredVector.of(values, type), 20, 3, 1);
  }

  private static MergedEmbedding merged(
      Embed options, List<ChunkAnswer<Answers<Embedding>>> chunks) {
    return ((TaskResult.Ok<MergedEmbedding>)
            EmbedMerge.task(options, true).begin("row", row -> item(chunks)).result())
        .value();
  }

  private static double[] values(MergedEmbedding of) {
    return IntStream.range(0, of.vector().size()).mapToDouble(of.vector()::value).toArray();
  }

  /** 30 new tokens, and 10 of 20. */
  private static List<ChunkAnswer<Answers<Embedding>>> two(Embedding first, Embedding second) {
    return List.of(
        said(chunk(0, 0, 60, 0, 30), "text", List.of(first)),
        failed(chunk(1, 50, 100, 10, 30), "text"),
        said(chunk(2, 80, 120, 20, 20), "text", List.of(second)));
  }

  @Test
  void theMeanCountsNewTokensOnlyAndLeavesOutWhatFailed() {
    MergedEmbedding of =
        merged(
            options(Normalize.NO, VectorType.FLOAT32),
            two(vector(VectorType.FLOAT32, 1, 0, 4), vector(VectorType.FLOAT32, 3, 2, 0)));

    assertThat(values(of)).containsExactly(1.5, 0.5, 3);
    assertThat(of.tokens()).isEqualTo(40);
    assertThat(of.cutTokens()).isEqualTo(6);
    assertThat(of.chunks()).isEqualTo(2);
  }

  @Test
  void theMeanIsNormalizedWhereVectorsAre() {
    for (Normalize normalize : List.of(Normalize.MODEL, Normalize.YES)) {
      MergedEmbedding of =
          merged(
              options(normalize, VectorType.FLOAT16),
              two(vector(VectorType.FLOAT16, 1, 0), vector(VectorType.FLOAT16, 0, 1)));
      // 0.75 and 0.25, divided by the root of 0.625.
      assertThat(values(of)[0]).isCloseTo(0.9487, within(1e-3));
      assertThat(values(of)[1]).isCloseTo(0.3162, within(1e-3));
      assertThat(of.vector().type()).isEqualTo(VectorType.FLOAT16);
    }
  }

  @Test
  void whatIsStoredInBytesIsReadByItsScale() {
    MergedEmbedding of =
        merged(
            options(Normalize.NO, VectorType.INT8),
            two(vector(VectorType.INT8, 127, -127), vector(VectorType.INT8, 1.27f, 0)));

    assertThat(values(of)[0]).isCloseTo(0.75 * 127 + 0.25 * 1.27, within(0.4));
    assertThat(values(of)[1]).isCloseTo(-0.75 * 127, within(0.4));
    assertThat(of.vector().number(0)).isEqualTo(127);
  }

  @Test
  void vectorsThatCancelEachOtherStayAtZero() {
    MergedEmbedding of =
        merged(
            options(Normalize.YES, VectorType.INT8),
            two(vector(VectorType.INT8, 1, 0), vector(VectorType.INT8, -3, 0)));
    assertThat(values(of)).containsExactly(0, 0);
  }

  @Test
  void ifAllThatIsNewHasFailedTheRestCountsAlike() {
    List<ChunkAnswer<Answers<Embedding>>> chunks =
        List.of(
            failed(chunk(0, 0, 60, 0, 30), "text"),
            said(chunk(1, 50, 60, 10, 9), "x", List.of(vector(VectorType.FLOAT32, 2, 4))));
    assertThat(values(merged(options(Normalize.NO, VectorType.FLOAT32), chunks)))
        .containsExactly(2, 4);
  }
}

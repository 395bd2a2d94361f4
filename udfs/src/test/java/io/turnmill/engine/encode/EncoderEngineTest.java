package io.turnmill.engine.encode;

import static io.turnmill.testing.FakeEncoderPass.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.engine.TokenBatch;
import io.turnmill.engine.encode.EncoderEngine.Facts;
import io.turnmill.inference.Backend;
import io.turnmill.inference.BackendException;
import io.turnmill.inference.EncodeWork;
import io.turnmill.inference.Metric;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.Failure;
import io.turnmill.inference.Outcome.FailureCode;
import io.turnmill.inference.Outcome.Vector;
import io.turnmill.inference.TextRow;
import io.turnmill.testing.FakeEncoderPass;
import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is computed together, what once, and what costs whom. */
class EncoderEngineTest {
  private static final EncoderEngineConfig CONFIG =
      new EncoderEngineConfig(16, 256, false, 0, Integer.MAX_VALUE);

  @Test
  void passesAreCutByTokensAndByNothingElse() throws Exception {
    // While the first text is computed, the others come together.
    List<List<Integer>> lengths = passes(CONFIG, List.of(9, 1, 2, 12, 3, 4, 5, 30, 1, 6, 20, 16));

    assertThat(lengths)
        .containsExactly(
            List.of(9),
            List.of(1, 1, 2, 3, 4, 5),
            List.of(6),
            List.of(12),
            List.of(16),
            List.of(20),
            List.of(30));
  }

  @Test
  void paddingCountsWhereRowsArePadded() throws Exception {
    EncoderEngineConfig padded = new EncoderEngineConfig(16, 256, true, 0, Integer.MAX_VALUE);
    List<List<Integer>> lengths = passes(padded, List.of(9, 1, 2, 3, 4, 5, 6, 8, 30));

    assertThat(lengths)
        .containsExactly(List.of(9), List.of(1, 2, 3, 4), List.of(5, 6), List.of(8), List.of(30));
  }

  @Test
  void theSameTextIsComputedOnceForAllTasks() throws Exception {
    EncoderGate gate = new EncoderGate();
    try (Backend engine = EncoderEngine.start(gate.pass(), CONFIG, Facts.NONE);
        TextFeed<String> one = TextFeed.open(engine, CONFIG);
        TextFeed<String> other = TextFeed.open(engine, CONFIG)) {
      one.submit("first", text(1, 2));
      gate.awaitPass(one);
      one.submit("a", text(3, 4, 5));
      one.submit("b", text(3, 4, 5));
      other.submit("c", text(3, 4, 5));
      other.submit("d", new TextRow(TokenIds.of(3, 4, 5), TokenIds.of(0, 0, 1), 0));
      flush(other, one);
      gate.open();

      one.take();
      float[] first = vector(one.take());
      assertThat(vector(one.take())).isEqualTo(first);
      assertThat(vector(other.take())).isEqualTo(first);
      assertThat(vector(other.take())).as("of other types").isNotEqualTo(first);
      assertThat(engine.metrics().get(Metric.REPEATED_TEXTS)).isEqualTo(2);
      assertThat(engine.metrics().get(Metric.ROWS)).isEqualTo(3);
      assertThat(engine.metrics().get(Metric.VECTORS)).isEqualTo(5);
    }
  }

  @Test
  void paddingOfAttentionAloneIsCountedApart() throws Exception {
    try (Backend engine =
            EncoderEngine.start(new FakeEncoderPass().attendedTwiceAsMany(), CONFIG, Facts.NONE);
        TextFeed<String> feed = TextFeed.open(engine, CONFIG)) {
      feed.submit("a", text(1, 2));
      feed.submit("b", text(3, 4, 5));
      feed.take();
      feed.take();

      assertThat(engine.metrics().get(Metric.PROMPT_TOKENS)).isEqualTo(5);
      assertThat(engine.metrics().get(Metric.PADDED_TOKENS)).isEqualTo(5);
      assertThat(engine.metrics().get(Metric.PADDED_POSITIONS)).isEqualTo(10);
      assertThat(engine.metrics().get(Metric.FEEDS)).isOne();
    }
  }

  @Test
  void aShortTextThatComesAgainIsNotComputedAgain() throws Exception {
    EncoderEngineConfig remembers =
        new EncoderEngineConfig(16, 256, false, 1 << 20, Integer.MAX_VALUE);
    int[] tooLong = new int[VectorMemo.LONGEST + 1];
    try (Backend engine = EncoderEngine.start(new FakeEncoderPass(), remembers, Facts.NONE);
        TextFeed<String> feed = TextFeed.open(engine, CONFIG)) {
      feed.submit("a", text(1, 2));
      feed.submit("b", text(tooLong));
      feed.submit("c", text(FakeEncoderPass.NAN_ID));
      float[] first = vector(feed.take());
      feed.take();
      Outcome failure = feed.take().outcome();
      for (TextRow row : List.of(text(1, 2), text(tooLong), text(FakeEncoderPass.NAN_ID))) {
        feed.submit("again", row);
      }

      assertThat(vector(feed.take())).isEqualTo(first);
      feed.take();
      assertThat(feed.take().outcome()).isEqualTo(failure);
      assertThat(engine.metrics().get(Metric.REPEATED_TEXTS)).isEqualTo(1);
      assertThat(engine.metrics().get(Metric.ROWS)).isEqualTo(5);
      assertThat(engine.metrics().get(Metric.VECTORS)).isEqualTo(4);
    }
  }

  @Test
  void theMemoIsBoundedAndForgetsWhatWasAskedForLongestAgo() {
    VectorMemo memo = new VectorMemo(3 * 612, 3);
    for (int id : new int[] {1, 2, 3}) {
      memo.keep(text(id), new Vector(new float[3], 0));
    }
    assertThat(memo.find(text(1))).isPresent();
    memo.keep(text(4), new Vector(new float[3], 0));

    assertThat(memo.find(text(2))).isEmpty();
    assertThat(List.of(1, 3, 4)).allMatch(id -> memo.find(text(id)).isPresent());
  }

  @Test
  void aVectorBelongsToWhoeverTookIt() throws Exception {
    try (Backend engine = EncoderEngine.start(new FakeEncoderPass(), CONFIG, Facts.NONE);
        TextFeed<String> feed = TextFeed.open(engine, CONFIG)) {
      feed.submit("a", text(1));
      Vector vector = (Vector) feed.take().outcome();
      float[] mine = vector.values();
      mine[0] = 7;

      assertThat(vector.values()[0]).isLessThan(1);
      assertThat(vector).hasToString("Vector[3]");
    }
  }

  @Test
  void faultsHaveCodesAndCostTheirOwnTextOnly() throws Exception {
    List<Outcome> outcomes =
        run(
            new FakeEncoderPass(),
            List.of(
                text(1, 2),
                text(),
                text(3, FakeEncoderPass.NAN_ID),
                text(4, FakeEncoderPass.OUT_OF_MEMORY_ID, 5),
                text(6)));

    assertThat(outcomes.subList(1, 4))
        .containsExactly(
            new Failure(FailureCode.NO_TOKEN, "the text has no token"),
            new Failure(FailureCode.NON_FINITE, "a number that the model gave is not finite"),
            new Failure(FailureCode.OUT_OF_MEMORY, "no memory for 3 tokens"));
    assertThat(outcomes.get(0)).isInstanceOf(Vector.class);
    assertThat(outcomes.get(4)).isInstanceOf(Vector.class);
  }

  @Test
  void aPassThatCannotSayItsWidthIsClosed() {
    AtomicBoolean closed = new AtomicBoolean();
    EncoderPass broken =
        new EncoderPass() {
          @Override
          public int width() {
            throw new IllegalStateException("no width");
          }

          @Override
          public float[][] forward(TokenBatch batch) {
            throw new AssertionError("the engine was not started");
          }

          @Override
          public void close() {
            closed.set(true);
          }
        };

    assertThatThrownBy(() -> EncoderEngine.start(broken, CONFIG, Facts.NONE))
        .isInstanceOf(BackendException.class);
    assertThat(closed).isTrue();
  }

  @Test
  void batchThatFitsNoMemoryIsSplitUntilItDoes() throws Exception {
    List<Integer> tokens = Collections.synchronizedList(new ArrayList<>());
    FakeEncoderPass pass =
        new FakeEncoderPass()
            .outOfMemoryAbove(3)
            .beforeForward(batch -> tokens.add(batch.tokens()));
    List<TextRow> texts =
        IntStream.range(0, 40)
            .mapToObj(i -> text(IntStream.range(0, 1 + i % 3).toArray()))
            .toList();
    List<Outcome> outcomes = run(pass, distinct(texts));

    assertThat(outcomes).hasSize(40).allMatch(outcome -> outcome instanceof Vector);
    assertThat(Collections.max(tokens)).isGreaterThan(3);
  }

  /** The same lengths, other ids. */
  private static List<TextRow> distinct(List<TextRow> texts) {
    return IntStream.range(0, texts.size())
        .mapToObj(
            i -> {
              TokenIds types = texts.get(i).types();
              int[] ids = new int[types.size()];
              ids[0] = i;
              return new TextRow(TokenIds.of(ids), types, 0);
            })
        .toList();
  }

  /** Lengths of the rows of each pass, when the first text is under way before the others come. */
  private static List<List<Integer>> passes(EncoderEngineConfig config, List<Integer> lengths)
      throws Exception {
    EncoderGate gate = new EncoderGate();
    try (Backend engine =
            EncoderEngine.start(gate.pass(), config, Facts.NONE, TextScheduler::verifyIntegrity);
        TextFeed<Integer> feed = TextFeed.open(engine, CONFIG)) {
      for (int i = 0; i < lengths.size(); i++) {
        int[] ids = new int[lengths.get(i)];
        ids[0] = i;
        feed.submit(i, text(ids));
        if (i == 0) {
          gate.awaitPass(feed);
        }
      }
      flush(feed);
      gate.open();
      while (feed.size() > 0) {
        assertThat(feed.take().outcome()).isInstanceOf(Vector.class);
      }
    }
    return gate.lengths();
  }

  private static List<Outcome> run(FakeEncoderPass pass, List<TextRow> texts)
      throws InterruptedException {
    List<Outcome> outcomes = new ArrayList<>();
    try (Backend engine =
            EncoderEngine.start(pass, CONFIG, Facts.NONE, TextScheduler::verifyIntegrity);
        TextFeed<Integer> feed = TextFeed.open(engine, CONFIG)) {
      for (TextRow text : texts) {
        feed.submit(0, text);
      }
      while (feed.size() > 0) {
        outcomes.add(feed.take().outcome());
      }
    }
    return outcomes;
  }

  private static void flush(TextFeed<?>... feeds) {
    for (TextFeed<?> feed : feeds) {
      feed.flush();
    }
  }

  private static float[] vector(EncodeWork<?> result) {
    return ((Vector) result.outcome()).values();
  }
}

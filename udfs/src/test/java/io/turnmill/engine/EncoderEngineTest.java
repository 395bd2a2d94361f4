package io.turnmill.engine;

import static io.turnmill.engine.FakeEncoderPass.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.engine.TextOutcome.Failure;
import io.turnmill.engine.TextOutcome.FailureCode;
import io.turnmill.engine.TextOutcome.Vector;
import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is computed together, what once, and what costs whom. */
class EncoderEngineTest {
  private static final EncoderConfig CONFIG =
      new EncoderConfig(16, 256, false, 0, Integer.MAX_VALUE);

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
    EncoderConfig padded = new EncoderConfig(16, 256, true, 0, Integer.MAX_VALUE);
    List<List<Integer>> lengths = passes(padded, List.of(9, 1, 2, 3, 4, 5, 6, 8, 30));

    assertThat(lengths)
        .containsExactly(List.of(9), List.of(1, 2, 3, 4), List.of(5, 6), List.of(8), List.of(30));
  }

  @Test
  void theSameTextIsComputedOnceForAllTasks() throws Exception {
    EncoderGate gate = new EncoderGate();
    try (EncoderEngine engine = EncoderEngine.start(gate.pass(), CONFIG);
        TextFeed<String> one = engine.open();
        TextFeed<String> other = engine.open()) {
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
      assertThat(engine.stats().repeatedTexts()).isEqualTo(2);
      assertThat(engine.stats().rows()).isEqualTo(3);
      assertThat(engine.stats().encoded()).isEqualTo(5);
    }
  }

  @Test
  void paddingOfAttentionAloneIsCountedApart() throws Exception {
    try (EncoderEngine engine =
            EncoderEngine.start(new FakeEncoderPass().attendedTwiceAsMany(), CONFIG);
        TextFeed<String> feed = engine.open()) {
      feed.submit("a", text(1, 2));
      feed.submit("b", text(3, 4, 5));
      feed.take();
      feed.take();

      assertThat(engine.stats().tokens()).isEqualTo(5);
      assertThat(engine.stats().paddedTokens()).isEqualTo(5);
      assertThat(engine.stats().attendedTokens()).isEqualTo(10);
      assertThat(engine.stats().feeds()).isOne();
    }
  }

  @Test
  void aShortTextThatComesAgainIsNotComputedAgain() throws Exception {
    EncoderConfig remembers = new EncoderConfig(16, 256, false, 1 << 20, Integer.MAX_VALUE);
    int[] tooLong = new int[VectorMemo.LONGEST + 1];
    try (EncoderEngine engine = EncoderEngine.start(new FakeEncoderPass(), remembers);
        TextFeed<String> feed = engine.open()) {
      feed.submit("a", text(1, 2));
      feed.submit("b", text(tooLong));
      feed.submit("c", text(FakeEncoderPass.NAN_ID));
      float[] first = vector(feed.take());
      feed.take();
      TextOutcome failure = feed.take().outcome();
      for (TextRow row : List.of(text(1, 2), text(tooLong), text(FakeEncoderPass.NAN_ID))) {
        feed.submit("again", row);
      }

      assertThat(vector(feed.take())).isEqualTo(first);
      feed.take();
      assertThat(feed.take().outcome()).isEqualTo(failure);
      assertThat(engine.stats().repeatedTexts()).isEqualTo(1);
      assertThat(engine.stats().rows()).isEqualTo(5);
      assertThat(engine.stats().encoded()).isEqualTo(4);
    }
  }

  @Test
  void theMemoIsBoundedAndForgetsWhatWasAskedForLongestAgo() {
    VectorMemo memo = new VectorMemo(3 * 612, 3);
    for (int id : new int[] {1, 2, 3}) {
      memo.keep(text(id), new Vector(new float[3]));
    }
    assertThat(memo.find(text(1))).isPresent();
    memo.keep(text(4), new Vector(new float[3]));

    assertThat(memo.find(text(2))).isEmpty();
    assertThat(List.of(1, 3, 4)).allMatch(id -> memo.find(text(id)).isPresent());
  }

  @Test
  void aVectorBelongsToWhoeverTookIt() throws Exception {
    try (EncoderEngine engine = EncoderEngine.start(new FakeEncoderPass(), CONFIG);
        TextFeed<String> feed = engine.open()) {
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
    List<TextOutcome> outcomes =
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
            new Failure(FailureCode.NON_FINITE, "a number of the vector is not finite"),
            new Failure(FailureCode.OUT_OF_MEMORY, "no memory for 3 tokens"));
    assertThat(outcomes.get(0)).isInstanceOf(Vector.class);
    assertThat(outcomes.get(4)).isInstanceOf(Vector.class);
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
    List<TextOutcome> outcomes = run(pass, distinct(texts));

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
  private static List<List<Integer>> passes(EncoderConfig config, List<Integer> lengths)
      throws Exception {
    EncoderGate gate = new EncoderGate();
    try (EncoderEngine engine =
            EncoderEngine.start(gate.pass(), config, TextScheduler::verifyIntegrity);
        TextFeed<Integer> feed = engine.open()) {
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

  private static List<TextOutcome> run(FakeEncoderPass pass, List<TextRow> texts)
      throws InterruptedException {
    List<TextOutcome> outcomes = new ArrayList<>();
    try (EncoderEngine engine = EncoderEngine.start(pass, CONFIG, TextScheduler::verifyIntegrity);
        TextFeed<Integer> feed = engine.open()) {
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

  private static float[] vector(TextFeed.Result<?> result) {
    return ((Vector) result.outcome()).values();
  }
}

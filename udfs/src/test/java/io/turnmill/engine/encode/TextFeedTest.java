package io.turnmill.engine.encode;

import static io.turnmill.testing.FakeEncoderPass.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.engine.encode.EncoderEngine.Facts;
import io.turnmill.inference.Backend;
import io.turnmill.inference.BackendException;
import io.turnmill.inference.BackendException.Reason;
import io.turnmill.inference.EncodeWork;
import io.turnmill.inference.Metric;
import io.turnmill.inference.Outcome.Failure;
import io.turnmill.inference.Outcome.FailureCode;
import io.turnmill.inference.Outcome.Vector;
import io.turnmill.testing.FakeEncoderPass;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** How tasks hand texts to an engine and take vectors back, and how they leave. */
class TextFeedTest {
  private static final EncoderEngineConfig CONFIG =
      new EncoderEngineConfig(16, 256, false, 0, Integer.MAX_VALUE);

  @Test
  void killedTaskTakesItsTextsOutBeforeTheNextPass() throws Exception {
    EncoderGate gate = new EncoderGate();
    try (Backend engine =
        EncoderEngine.start(gate.pass(), CONFIG, Facts.NONE, TextScheduler::verifyIntegrity)) {
      TextFeed<Integer> killed = TextFeed.open(engine, CONFIG);
      TextFeed<Integer> other = TextFeed.open(engine, CONFIG);
      killed.submit(0, text(1));
      gate.awaitPass(killed);
      for (int i = 2; killed.hasRoom(); i++) {
        killed.submit(i, text(i, i));
      }
      int submitted = killed.size();
      killed.close();
      killed.close();
      other.submit(0, text(7, 7, 7));
      gate.open();
      assertThat(other.take().outcome()).isInstanceOf(Vector.class);

      assertThat(engine.metrics().steps()).isEqualTo(2);
      assertThat(engine.metrics().get(Metric.WITHDRAWN)).isEqualTo(submitted - 1);
      assertThat(engine.metrics().get(Metric.WAITING_REQUESTS)).isZero();
      assertThatThrownBy(killed::take)
          .isInstanceOfSatisfying(
              BackendException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CLOSED))
          .hasMessage("the feed is closed");
    }
  }

  @Test
  void aTextWithATokenThatTheModelDoesNotKnowFailsAlone() throws Exception {
    EncoderEngineConfig small = new EncoderEngineConfig(16, 256, false, 0, 10);
    try (Backend engine = EncoderEngine.start(new FakeEncoderPass(), small, Facts.NONE);
        TextFeed<Integer> feed = TextFeed.open(engine, CONFIG)) {
      feed.submit(0, text(9));
      feed.submit(1, text(1, 10, 11));
      feed.submit(2, text(2));
      assertThat(feed.take().outcome()).isInstanceOf(Vector.class);
      assertThat(feed.take().outcome())
          .isEqualTo(
              new Failure(
                  FailureCode.TOKEN_OUT_OF_VOCABULARY,
                  "the text has token 10, but the embedding has 10 rows"));
      assertThat(feed.take().outcome()).isInstanceOf(Vector.class);
    }
  }

  /** They fail on the thread of their feed; the engine thread never sees them. */
  @Test
  void aTextThatFailsBeforeItComesToTheEngineIsCountedWhenItComesBack() throws Exception {
    EncoderEngineConfig small = new EncoderEngineConfig(16, 256, false, 0, 10);
    try (Backend engine = EncoderEngine.start(new FakeEncoderPass(), small, Facts.NONE);
        TextFeed<Integer> feed = TextFeed.open(engine, CONFIG)) {
      feed.submit(0, text(10));
      assertThat(feed.take().outcome()).isInstanceOf(Failure.class);
      assertThat(engine.metrics().get(Metric.FAILURES)).isOne();
      feed.submit(1, text());
      assertThat(feed.take().outcome()).isInstanceOf(Failure.class);
      assertThat(engine.metrics().get(Metric.FAILURES)).isEqualTo(2);
      feed.submit(2, text(2));
      assertThat(feed.take().outcome()).isInstanceOf(Vector.class);

      assertThat(engine.metrics().get(Metric.FAILURES)).isEqualTo(2);
      assertThat(engine.metrics().get(Metric.VECTORS)).isOne();
    }
  }

  @Test
  void feedIsBoundedByTokensAndByTexts() {
    try (Backend engine = EncoderEngine.start(new FakeEncoderPass(), CONFIG, Facts.NONE);
        TextFeed<Integer> ofLong = TextFeed.open(engine, CONFIG);
        TextFeed<Integer> ofEmpty = TextFeed.open(engine, CONFIG)) {
      while (ofLong.hasRoom()) {
        ofLong.submit(0, text(new int[100]));
      }
      while (ofEmpty.hasRoom()) {
        ofEmpty.submit(0, text());
      }

      assertThat(ofLong.size()).isEqualTo(6); // 512 tokens in two windows, and what began below
      assertThat(ofEmpty.size()).isEqualTo(64); // each counts 8
      assertThatThrownBy(() -> ofLong.submit(0, text(1)))
          .hasMessage("a work was submitted to a full feed. This is a bug.");
    }
  }

  @Test
  void tasksTakeTurnsSoThatASmallOneDoesNotWaitForALargeOne() throws Exception {
    EncoderGate gate = new EncoderGate();
    try (Backend engine =
            EncoderEngine.start(
                gate.pass(),
                new EncoderEngineConfig(16, 32, false, 0, Integer.MAX_VALUE),
                Facts.NONE);
        TextFeed<Integer> large = TextFeed.open(engine, CONFIG);
        TextFeed<Integer> small = TextFeed.open(engine, CONFIG)) {
      large.submit(0, text(1));
      gate.awaitPass(large);
      for (int i = 2; large.hasRoom(); i++) {
        large.submit(i, text(i, i, i, i, i, i, i, i));
      }
      small.submit(0, text(9, 9));
      small.flush();
      gate.open();
      small.take();

      assertThat(gate.lengths().get(1)).as("the pass behind the one that ran").contains(2);
    }
  }

  @Test
  void closingAFeedWakesTheThreadThatWaitsOnIt() throws Exception {
    EncoderGate gate = new EncoderGate();
    try (Backend engine = EncoderEngine.start(gate.pass(), CONFIG, Facts.NONE)) {
      TextFeed<Integer> feed = TextFeed.open(engine, CONFIG);
      FutureTask<EncodeWork<Integer>> task =
          new FutureTask<>(
              () -> {
                feed.submit(0, text(1));
                return feed.take();
              });
      new Thread(task).start();
      gate.awaitPass();
      feed.close();

      assertThatThrownBy(task::get).hasRootCauseMessage("the feed is closed");
      gate.open();
    }
  }

  @Test
  void failureOfTheDeviceReachesEveryFeedAndNoOneTakesAWrongVector() throws Exception {
    RuntimeException lost = new IllegalStateException("x");
    FakeEncoderPass pass =
        new FakeEncoderPass()
            .beforeForward(
                batch -> {
                  throw lost;
                });
    try (Backend engine = EncoderEngine.start(pass, CONFIG, Facts.NONE);
        TextFeed<Integer> feed = TextFeed.open(engine, CONFIG)) {
      feed.submit(0, text(1));

      assertThatThrownBy(feed::take)
          .isInstanceOf(BackendException.class)
          .hasMessage("the engine failed: java.lang.IllegalStateException. This is a bug.")
          .hasRootCause(lost);
      assertThat(engine.isAlive()).isFalse();
      assertThatThrownBy(() -> engine.open(1)).isInstanceOf(BackendException.class);
    }
    assertThat(pass.closed()).isTrue();
  }

  @Test
  void closingTheEngineTellsOpenFeeds() {
    Backend engine = EncoderEngine.start(new FakeEncoderPass(), CONFIG, Facts.NONE);
    TextFeed<Integer> feed = TextFeed.open(engine, CONFIG);
    feed.submit(0, text());
    engine.close();
    engine.close();

    assertThatThrownBy(
            () -> {
              feed.submit(1, text(1));
              feed.take();
              feed.take();
            })
        .isInstanceOf(BackendException.class)
        .hasMessage("the engine is closed");
  }
}

package io.turnmill.job.executor;

import io.turnmill.engine.ModelIdentity;
import io.turnmill.engine.decode.DecoderEngine;
import io.turnmill.engine.decode.EngineConfig;
import io.turnmill.inference.Backend;
import io.turnmill.inference.SamplingParams;
import io.turnmill.runtime.DecoderFrontEnd;
import io.turnmill.runtime.ModelRuntime;
import io.turnmill.runtime.RuntimeOptions;
import io.turnmill.testing.FakeForwardPass;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Loads fake models, and counts them.
 *
 * @param seconds that one is kept when no task uses it
 */
record CountedLoader(int seconds) implements ModelLoader {
  private static final long serialVersionUID = 1L;

  static final AtomicInteger LOADED = new AtomicInteger();

  /** Models that were loaded while another gave its memory back. */
  static final AtomicInteger OVERLAPS = new AtomicInteger();

  /** Whether memory is being given back just now. */
  static final AtomicBoolean GIVING_BACK = new AtomicBoolean();

  private static CountDownLatch mayGiveBack = new CountDownLatch(0);

  static void reset() {
    LOADED.set(0);
    OVERLAPS.set(0);
    mayGiveBack = new CountDownLatch(0);
  }

  /** From now on memory is kept until it is allowed to give it back. */
  static void forbidGivingBack() {
    mayGiveBack = new CountDownLatch(1);
  }

  static void allowGivingBack() {
    mayGiveBack.countDown();
  }

  private static void giveBack() {
    GIVING_BACK.set(true);
    try {
      mayGiveBack.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    GIVING_BACK.set(false);
  }

  @Override
  public String identity() {
    return "kept for " + seconds;
  }

  @Override
  public ModelRuntime load() {
    LOADED.incrementAndGet();
    OVERLAPS.addAndGet(GIVING_BACK.get() ? 1 : 0);
    RuntimeOptions options =
        RuntimeOptions.of(
            RuntimeOptions.Model.of("../samples/models/chat-mini"), SamplingParams.greedy(1));
    FakeForwardPass pass = new FakeForwardPass(50, 2, 0.1).beforeClose(CountedLoader::giveBack);
    Backend engine = DecoderEngine.start(pass, new EngineConfig(1, 8, 16), ModelIdentity.NONE);
    return ModelRuntime.of(DecoderFrontEnd.open(options), engine, 1);
  }

  @Override
  public Duration keepAlive() {
    return Duration.ofSeconds(seconds);
  }
}

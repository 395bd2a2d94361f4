package io.turnmill.engine.decode;

import io.turnmill.engine.ModelIdentity;
import io.turnmill.engine.decode.DecoderEngine.Hooks;
import io.turnmill.engine.decode.SuspendedSequences.Backoff;
import io.turnmill.inference.Backend;
import io.turnmill.inference.Feed;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.Request;
import io.turnmill.inference.SamplingParams;
import io.turnmill.inference.StopCheck;
import io.turnmill.testing.FakeForwardPass;
import io.turnmill.testing.NaiveReference;
import io.turnmill.testing.OneRequest;
import io.turnmill.token.TokenIds;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Engines with the fake forward pass, so small that a test can count their steps by hand. */
final class FakeEngine {
  static final int END_ID = 2;
  static final EngineConfig CONFIG = new EngineConfig(4, 16, 64);
  private static final Backoff BRIEF = new Backoff(1_000, 10_000, 100_000);

  private FakeEngine() {}

  static FakeForwardPass pass() {
    return new FakeForwardPass(50, END_ID, 0.05);
  }

  /** Lengths that differ by less than 40 begin with other tokens. */
  static TokenIds prompt(int length) {
    return TokenIds.of(IntStream.range(0, length).map(i -> (i * i + length) % 40).toArray());
  }

  static Together runTogether(
      FakeForwardPass pass, EngineConfig config, List<? extends Request> requests)
      throws Exception {
    try (Backend engine =
        DecoderEngine.start(
            pass, config, ModelIdentity.NONE, new Hooks(BRIEF, Scheduler::verifyIntegrity))) {
      return Together.run(engine, requests);
    }
  }

  /** An engine that checks itself after every step. */
  static Backend start(FakeForwardPass pass) {
    return DecoderEngine.start(
        pass, CONFIG, ModelIdentity.NONE, new Hooks(Backoff.USUAL, Scheduler::verifyIntegrity));
  }

  /** A greedy request; such requests are equal whatever their random keys are. */
  static Generate greedy(TokenIds prompt, long randomKey) {
    SamplingParams sampling = SamplingParams.greedy(12).withStopTokenIds(Set.of(END_ID));
    return new Generate(prompt, sampling, randomKey, () -> StopCheck.NEVER);
  }

  /** The reply of the naive reference. */
  static Completion byReference(Generate request) {
    try (NaiveReference reference = new NaiveReference(pass(), CONFIG.maxModelLen())) {
      return (Completion) reference.run(request);
    }
  }

  static OneRequest run(Generate request) throws Exception {
    try (Backend engine = start(pass());
        Feed<OneRequest> feed = engine.open(1)) {
      feed.submit(new OneRequest(request));
      return feed.take();
    }
  }
}

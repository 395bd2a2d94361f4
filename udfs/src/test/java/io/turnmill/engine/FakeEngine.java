package io.turnmill.engine;

import io.turnmill.engine.SetAside.Patience;
import io.turnmill.token.TokenIds;
import java.util.List;
import java.util.stream.IntStream;

/** Engines with the fake forward pass, so small that a test can count their steps by hand. */
final class FakeEngine {
  static final int END_ID = 2;
  static final EngineConfig CONFIG = new EngineConfig(4, 16, 64);
  private static final Patience BRIEF = new Patience(1_000, 10_000, 100_000);

  private FakeEngine() {}

  static FakeForwardPass pass() {
    return new FakeForwardPass(50, END_ID, 0.05);
  }

  /** Lengths that differ by less than 40 begin with other tokens. */
  static TokenIds prompt(int length) {
    return TokenIds.of(IntStream.range(0, length).map(i -> (i * i + length) % 40).toArray());
  }

  static Together runTogether(FakeForwardPass pass, EngineConfig config, List<Request> requests)
      throws Exception {
    try (Engine engine = Engine.start(pass, config, BRIEF, Scheduler::verifyIntegrity)) {
      return Together.run(engine, requests);
    }
  }

  static OneRequest run(Request request) throws Exception {
    try (Engine engine = Engine.start(pass(), CONFIG, Scheduler::verifyIntegrity);
        Feed<OneRequest> feed = engine.open(1)) {
      feed.submit(new OneRequest(request));
      return feed.take();
    }
  }
}

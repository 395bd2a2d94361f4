package io.turnmill.engine.encode;

import io.turnmill.engine.FairQueue;
import io.turnmill.inference.Encode;
import io.turnmill.inference.Mailbox;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.Vector;
import io.turnmill.inference.TextRow;

/** A text that waits for its vector inside the engine. */
record PendingText(Encode request, Mailbox owner) implements FairQueue.Waiting {

  TextRow row() {
    return request.row();
  }

  int weight() {
    return EncoderEngineConfig.weight(row().ids().size());
  }

  /** Texts with the same row share a vector, but different numbers of their tokens were cut. */
  void deliver(Outcome outcome) {
    owner.deliver(
        request,
        outcome instanceof Vector vector ? vector.withCutTokens(request.cutTokens()) : outcome);
  }
}

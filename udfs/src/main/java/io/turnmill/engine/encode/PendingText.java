package io.turnmill.engine.encode;

import io.turnmill.engine.FairQueue;
import io.turnmill.inference.Encode;
import io.turnmill.inference.Mailbox;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.Vector;
import io.turnmill.inference.TextRow;

/** A text inside the engine. */
record PendingText(Encode request, Mailbox owner) implements FairQueue.Waiting {

  TextRow row() {
    return request.row();
  }

  int weight() {
    return EncoderEngineConfig.weight(row().ids().size());
  }

  /** Texts of one row share a vector, but each was cut by itself. */
  void deliver(Outcome outcome) {
    owner.deliver(
        request,
        outcome instanceof Vector vector ? vector.withCutTokens(request.cutTokens()) : outcome);
  }
}

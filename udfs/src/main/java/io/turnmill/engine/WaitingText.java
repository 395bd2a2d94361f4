package io.turnmill.engine;

/**
 * A text inside the engine.
 *
 * @param place where its feed awaits the outcome; each text has its own
 */
record WaitingText(TextRow row, TextFeed.Place<?> place, Mailbox<Delivery> owner)
    implements WaitingLine.Waiting {

  /** What the feed gets back. */
  record Delivery(TextFeed.Place<?> place, TextOutcome outcome) {}

  int weight() {
    return EncoderConfig.weight(row.ids().size());
  }

  void deliver(TextOutcome outcome) {
    owner.deliver(new Delivery(place, outcome));
  }
}

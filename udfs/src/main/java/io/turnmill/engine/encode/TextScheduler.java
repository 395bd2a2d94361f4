package io.turnmill.engine.encode;

import io.turnmill.engine.FairQueue;
import io.turnmill.inference.Mailbox;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides which texts an encoder computes next. Owned by the engine thread.
 *
 * <p>Texts wait in a {@link FairQueue}, from which feeds take turns to fill a {@link TextWindow}.
 * That is computed to its end, by length, before the next is filled; so the longest text waits for
 * one window, and the next text of any feed for the windows that hold what came before it.
 */
final class TextScheduler {
  private final FairQueue<PendingText> waiting = new FairQueue<>();
  private final TextWindow window;
  private final int windowTokens;

  TextScheduler(EncoderEngineConfig config) {
    this.window = new TextWindow(config.padded());
    this.windowTokens = config.windowTokens();
  }

  boolean isEmpty() {
    return waiting.size() == 0 && window.isEmpty();
  }

  /** Texts that are not computed. */
  int waiting() {
    return waiting.size() + window.texts();
  }

  void add(PendingText text) {
    waiting.add(text);
  }

  /** The next pass, of at most {@code budget} tokens or of one text; empty only without texts. */
  TextPlan plan(int budget) {
    if (window.isEmpty()) {
      fill();
    }
    return window.plan(budget);
  }

  private void fill() {
    List<PendingText> texts = new ArrayList<>();
    long weight = 0;
    while (weight < windowTokens) {
      Optional<PendingText> next = waiting.next();
      if (next.isEmpty()) {
        break;
      }
      texts.add(next.get());
      weight += next.get().weight();
    }
    window.fill(texts);
  }

  /** What the latest plan holds was computed, or has failed. */
  void finish(TextPlan plan) {
    window.remove(plan);
  }

  /** Takes out everything of one feed and says how many texts that were. */
  int withdraw(Mailbox owner) {
    return waiting.withdraw(owner) + window.withdraw(owner);
  }

  /** Throws unless all that waits is in order. */
  void verifyIntegrity() {
    waiting.verifyIntegrity();
    window.verifyIntegrity();
  }
}

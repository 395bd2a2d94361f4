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
 * All texts of a window are computed, in order of length, before it is filled again. So the longest
 * text waits for one window at most, and the next text of any feed for the windows that hold what
 * came before it.
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

  /** How many texts are not computed yet. */
  int waiting() {
    return waiting.size() + window.texts();
  }

  void add(PendingText text) {
    waiting.add(text);
  }

  /**
   * Plans a pass of at most {@code budget} tokens, or of one text; it is empty only without texts.
   */
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

  /** Takes that all texts of the latest plan were computed, or have failed. */
  void finish(TextPlan plan) {
    window.remove(plan);
  }

  /** Takes out all texts of one feed and returns how many they were. */
  int withdraw(Mailbox owner) {
    return waiting.withdraw(owner) + window.withdraw(owner);
  }

  /** Throws unless the queue and the window are consistent. */
  void verifyIntegrity() {
    waiting.verifyIntegrity();
    window.verifyIntegrity();
  }
}

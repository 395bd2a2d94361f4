package io.turnmill.engine.decode;

import io.turnmill.engine.OutOfMemory;
import io.turnmill.inference.BackendException;
import io.turnmill.inference.Mailbox;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Lets a sequence through to the scheduler if a slot is long enough for it. One that may need a
 * longer slot waits here, and all that come after it, in order, until no slot is in use. Then the
 * cache is divided again, into longer slots, as many as its memory allows. Slots never become
 * shorter again, and at least double each time, so this happens a few times in an engine's life.
 * Owned by the engine thread.
 */
final class SlotGrowth {
  private final EngineConfig config;
  private final SlotTable slots;
  private final DecoderRunner runner;
  private final Deque<Sequence> line = new ArrayDeque<>();

  SlotGrowth(EngineConfig config, SlotTable slots, DecoderRunner runner) {
    this.config = config;
    this.slots = slots;
    this.runner = runner;
  }

  void add(Sequence sequence) {
    line.addLast(sequence);
  }

  int size() {
    return line.size();
  }

  /** Takes out all sequences of one feed and returns how many they were. */
  int withdraw(Mailbox owner) {
    int before = line.size();
    line.removeIf(sequence -> sequence.owner() == owner);
    return before - line.size();
  }

  /** Takes out the sequences that fit, up to the first that does not. */
  List<Sequence> fitting() {
    List<Sequence> fitting = new ArrayList<>();
    while (!line.isEmpty() && tokens(line.getFirst()) <= slots.slotTokens()) {
      fitting.add(line.removeFirst());
    }
    return fitting;
  }

  /**
   * Makes slots long enough for the first sequence that waits. No slot may be in use, and what free
   * slots hold is lost.
   *
   * @return the first sequence, taken out, if there is no room for even one slot of its length;
   *     then slots are as long as before
   * @throws BackendException when there is no longer room for a slot as long as before
   */
  Optional<Sequence> grow() {
    int needed = tokens(line.getFirst());
    int before = slots.slotTokens();
    long rounded = (long) (needed + before - 1) / before * before;
    if (allocated((int) Math.min(rounded, config.maxSlotTokens())) || allocated(needed)) {
      return Optional.empty();
    }
    if (!allocated(before)) {
      throw BackendException.inForwardPass(new OutOfMemory("the cache found no room again"));
    }
    return Optional.of(line.removeFirst());
  }

  /** Allocates as many slots as the first cache had tokens for, or fewer if there is no room. */
  private boolean allocated(int slotTokens) {
    long tokens = (long) config.maxNumSeqs() * config.slotTokens();
    for (int count = (int) Math.max(1, tokens / slotTokens); count > 0; count /= 2) {
      try {
        runner.allocate(count, slotTokens);
        slots.divide(count, slotTokens);
        return true;
      } catch (OutOfMemory e) {
        // Half as many may fit.
      }
    }
    return false;
  }

  private int tokens(Sequence sequence) {
    return sequence.mostTokens(config.maxModelLen());
  }
}

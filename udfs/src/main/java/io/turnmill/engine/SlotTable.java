package io.turnmill.engine;

import java.util.Arrays;
import java.util.Optional;

/**
 * Which slot holds which sequence, and which ids a slot holds that is free again. Owned by the
 * engine thread. It says where a sequence goes, never which sequence is next.
 *
 * <p>A free slot remembers its ids. A new sequence gets the free slot with the longest common
 * prefix and computes what follows it; prefixes below {@value #WORTHWHILE_PREFIX} tokens (what any
 * two chats share) do not decide, so that they do not cost another session its history. Among
 * equals the slot that was left longest ago is taken.
 */
final class SlotTable {
  static final int WORTHWHILE_PREFIX = 16;

  private static final class Slot {
    /** Null when the slot is free. */
    private Sequence holder;

    /** What a free slot holds: the first {@code held} of these. */
    private int[] ids = {};

    private int held;
    private long leftAt;
  }

  private final Slot[] slots;
  private final int slotTokens;
  private final boolean reusePrefixes;
  private int inUse;
  private long leaves;

  SlotTable(int count, int slotTokens, boolean reusePrefixes) {
    this.slots = new Slot[count];
    Arrays.setAll(slots, i -> new Slot());
    this.slotTokens = slotTokens;
    this.reusePrefixes = reusePrefixes;
  }

  int inUse() {
    return inUse;
  }

  boolean hasFree() {
    return inUse < slots.length;
  }

  /** Puts {@code sequence} into a free slot; there must be one. */
  void claim(Sequence sequence) {
    int best = -1;
    int bestPrefix = -1;
    for (int i = 0; i < slots.length; i++) {
      Slot slot = slots[i];
      if (slot.holder != null) {
        continue;
      }
      int prefix = reusable(slot, sequence);
      int worth = prefix < WORTHWHILE_PREFIX ? 0 : prefix;
      if (worth > bestPrefix || (worth == bestPrefix && slot.leftAt < slots[best].leftAt)) {
        best = i;
        bestPrefix = worth;
      }
    }
    if (best < 0) {
      throw new IllegalStateException("no slot is free. This is a bug.");
    }
    Slot slot = slots[best];
    sequence.enterSlot(best, reusable(slot, sequence));
    slot.holder = sequence;
    slot.ids = new int[0];
    slot.held = 0;
    inUse++;
  }

  /** Frees the slot of {@code sequence}, which keeps what was computed for whoever can use it. */
  void release(Sequence sequence) {
    Slot slot = free(sequence);
    slot.ids = sequence.ids();
    slot.held = sequence.computed();
  }

  /** Frees the slot of {@code sequence}, whose contents are not fit for another. */
  void releaseSpoilt(Sequence sequence) {
    free(sequence);
  }

  private Slot free(Sequence sequence) {
    Slot slot = slots[sequence.slot()];
    if (slot.holder != sequence) {
      throw new IllegalStateException("the slot is not that sequence's. This is a bug.");
    }
    slot.holder = null;
    slot.leftAt = ++leaves;
    sequence.leaveSlot();
    inUse--;
    return slot;
  }

  /** At least one token is left to compute: without it there are no scores to draw from. */
  private int reusable(Slot slot, Sequence sequence) {
    if (!reusePrefixes) {
      return 0;
    }
    int most = Math.min(slot.held, sequence.size() - 1);
    int mismatch = Arrays.mismatch(slot.ids, 0, most, sequence.ids(), 0, most);
    return mismatch < 0 ? most : mismatch;
  }

  Optional<Sequence> holder(int slot) {
    return Optional.ofNullable(slots[slot].holder);
  }

  /** Throws unless every claim of this class's comments holds. */
  void verifyIntegrity() {
    int held = 0;
    for (int i = 0; i < slots.length; i++) {
      Slot slot = slots[i];
      if (slot.holder == null) {
        Integrity.check(slot.held <= slot.ids.length, "a slot holds more than its ids");
        Integrity.check(slot.held <= slotTokens, "a slot holds more than it can");
      } else {
        held++;
        Integrity.check(slot.holder.slot() == i, "a sequence and its slot disagree");
        Integrity.check(slot.holder.computed() <= slotTokens, "a sequence outgrew its slot");
        Integrity.check(slot.held == 0, "a slot in use remembers another sequence");
      }
    }
    Integrity.check(held == inUse, "slots in use are miscounted");
  }
}

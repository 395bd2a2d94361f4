package io.turnmill.engine.decode;

import io.turnmill.inference.Integrity;
import java.util.Arrays;
import java.util.Optional;

/**
 * Knows which slot holds which sequence, and which ids a free slot still holds. Owned by the engine
 * thread. It says where a sequence goes, never which sequence is next.
 *
 * <p>A new sequence gets the free slot that it continues: one whose remaining ids are mostly a
 * prefix of its own, such as those of the session's turn before. If there is none, it gets the slot
 * that became free longest ago, and, if another slot holds a longer prefix (such as a system prompt
 * that sessions share), a copy of that prefix. Either way it computes only what follows the common
 * prefix.
 *
 * <p>A slot whose work continues is kept for the work's next request for {@value #KEPT_STEPS}
 * steps, because a feed answers while the next step is computed. If slots were given away at once
 * and more works were under way than there are slots, each work would compute its history again at
 * every turn.
 */
final class SlotTable {
  /** The shortest prefix that is worth a copy, in tokens: any two chats share a shorter one. */
  static final int WORTHWHILE_PREFIX = 16;

  /**
   * How many steps a slot is kept. A feed that has not answered by then is late, or its work has
   * ended.
   */
  static final int KEPT_STEPS = 8;

  /** The first {@code tokens} positions of one slot are to be copied into another. */
  record Copy(int from, int to, int tokens) {}

  private static final class Slot {
    /** Null when the slot is free. */
    private Sequence holder;

    /** The ids of which a free slot holds the first {@code left}. */
    private int[] leftIds = {};

    private int left;

    /** Counts up with each sequence that leaves a slot; 0 for a slot that holds nothing. */
    private long leftAt;

    /** The step until which a free slot is kept for the work that left it. */
    private long keptUntil;

    private int[] ids() {
      return holder == null ? leftIds : holder.ids();
    }

    private int held() {
      return holder == null ? left : holder.computed();
    }

    private void holdNothing() {
      leftIds = new int[0];
      left = 0;
      leftAt = 0;
      keptUntil = 0;
    }
  }

  private Slot[] slots;
  private int slotTokens;
  private final boolean reusePrefixes;
  private int inUse;
  private long departures;
  private long steps;

  SlotTable(int count, int slotTokens, boolean reusePrefixes) {
    this.reusePrefixes = reusePrefixes;
    divide(count, slotTokens);
  }

  /** Replaces all slots by new ones, which hold nothing. None may be in use. */
  void divide(int count, int tokensOfEach) {
    Integrity.check(inUse == 0, "a slot in use was taken away");
    slots = new Slot[count];
    Arrays.setAll(slots, i -> new Slot());
    slotTokens = tokensOfEach;
  }

  int count() {
    return slots.length;
  }

  /** Length of a slot. */
  int slotTokens() {
    return slotTokens;
  }

  int inUse() {
    return inUse;
  }

  /** How many slots are free for requests of works that are under way. */
  int free() {
    return slots.length - inUse;
  }

  /** How many slots are free for any request, because they are not kept for a work. */
  int open() {
    int open = 0;
    for (Slot slot : slots) {
      open += slot.holder == null && !kept(slot) ? 1 : 0;
    }
    return open;
  }

  private boolean kept(Slot slot) {
    return slot.keptUntil > steps;
  }

  /** Takes that one more step was computed. */
  void stepDone() {
    steps++;
  }

  boolean reusesPrefixes() {
    return reusePrefixes;
  }

  /** How many tokens {@code sequence} would not have to compute if it were put into a slot now. */
  int reusable(Sequence sequence) {
    return commonPrefix(slots[longestPrefix(sequence)], sequence);
  }

  /**
   * Puts {@code sequence} into a free slot; there must be one.
   *
   * @return what has to be copied before the sequence's first tokens are computed
   */
  Optional<Copy> claim(Sequence sequence) {
    int to = continued(sequence).orElseGet(this::leftLongestAgo);
    int own = commonPrefix(slots[to], sequence);
    int from = longestPrefix(sequence);
    int others = commonPrefix(slots[from], sequence);
    boolean copied = others >= own + WORTHWHILE_PREFIX;
    sequence.enterSlot(to, copied ? others : own);
    slots[to].holdNothing();
    slots[to].holder = sequence;
    inUse++;
    return copied ? Optional.of(new Copy(from, to, others)) : Optional.empty();
  }

  /** The free slot of whose contents {@code sequence} can use most, if that is most of them. */
  private Optional<Integer> continued(Sequence sequence) {
    int best = -1;
    int bestPrefix = WORTHWHILE_PREFIX - 1;
    for (int i = 0; i < slots.length; i++) {
      boolean free = slots[i].holder == null && (sequence.followUp() || !kept(slots[i]));
      int prefix = free ? commonPrefix(slots[i], sequence) : 0;
      if (prefix > bestPrefix && 2 * prefix >= slots[i].held()) {
        best = i;
        bestPrefix = prefix;
      }
    }
    return best < 0 ? Optional.empty() : Optional.of(best);
  }

  /**
   * Of the free slots that are not kept, the one that was left longest ago; of all if all are kept.
   */
  private int leftLongestAgo() {
    int oldest = -1;
    for (int i = 0; i < slots.length; i++) {
      if (slots[i].holder == null && (oldest < 0 || before(slots[i], slots[oldest]))) {
        oldest = i;
      }
    }
    Integrity.check(oldest >= 0, "no slot is free");
    return oldest;
  }

  private boolean before(Slot one, Slot other) {
    return kept(one) == kept(other) ? one.leftAt < other.leftAt : kept(other);
  }

  /** The slot, free or not, that holds most of {@code sequence}. */
  private int longestPrefix(Sequence sequence) {
    int best = 0;
    int bestPrefix = -1;
    for (int i = 0; i < slots.length; i++) {
      int prefix = commonPrefix(slots[i], sequence);
      if (prefix > bestPrefix) {
        best = i;
        bestPrefix = prefix;
      }
    }
    return best;
  }

  private int commonPrefix(Slot slot, Sequence sequence) {
    int most = reusePrefixes ? Math.min(slot.held(), sequence.reusableTokens()) : 0;
    int mismatch = Arrays.mismatch(slot.ids(), 0, most, sequence.ids(), 0, most);
    return mismatch < 0 ? most : mismatch;
  }

  /**
   * Frees the slot of {@code sequence}; it keeps what was computed, for a sequence that can use it.
   */
  void release(Sequence sequence) {
    Slot slot = free(sequence);
    slot.leftIds = sequence.ids();
    slot.left = sequence.computed();
    slot.leftAt = ++departures;
    slot.keptUntil = reusePrefixes && sequence.mayContinue() ? steps + KEPT_STEPS : 0;
  }

  /** Frees the slot of {@code sequence}, whose contents no other sequence may use. */
  void releaseSpoilt(Sequence sequence) {
    free(sequence);
  }

  private Slot free(Sequence sequence) {
    Slot slot = slots[sequence.slot()];
    Integrity.check(slot.holder == sequence, "the slot is not that sequence's");
    slot.holder = null;
    sequence.leaveSlot();
    inUse--;
    return slot;
  }

  Optional<Sequence> holder(int slot) {
    return Optional.ofNullable(slots[slot].holder);
  }

  /** Throws unless slots and their holders agree and no sequence is longer than its slot. */
  void verifyIntegrity() {
    int holders = 0;
    for (int i = 0; i < slots.length; i++) {
      Slot slot = slots[i];
      Integrity.check(slot.held() <= slot.ids().length, "a slot holds more than its ids");
      Integrity.check(slot.held() <= slotTokens, "a slot holds more than it can");
      if (slot.holder != null) {
        holders++;
        Integrity.check(slot.holder.slot() == i, "a sequence and its slot disagree");
        Integrity.check(slot.left == 0, "a slot in use remembers another sequence");
      }
    }
    Integrity.check(holders == inUse, "slots in use are miscounted");
  }
}

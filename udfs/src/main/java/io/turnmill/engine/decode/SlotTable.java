package io.turnmill.engine.decode;

import io.turnmill.inference.Integrity;
import java.util.Arrays;
import java.util.Optional;

/**
 * Which slot holds which sequence, and which ids a slot holds that is free again. Owned by the
 * engine thread. It says where a sequence goes, never which sequence is next.
 *
 * <p>A new sequence gets the free slot that it continues: one whose remembered ids are mostly a
 * prefix of its own, as those of the session's turn before are. Else it gets the slot that was left
 * longest ago, and if another slot holds a longer prefix (a system prompt that sessions share), a
 * copy of that. Either way it computes only what follows the common prefix.
 *
 * <p>A slot whose work goes on is kept for its next request for {@value #KEPT_STEPS} steps. A feed
 * answers while the next step is computed; were the slot given away at once, then with more works
 * under way than slots each would compute its history again at every turn.
 */
final class SlotTable {
  /** Less than this any two chats have in common, and it is not worth a copy. */
  static final int WORTHWHILE_PREFIX = 16;

  /** A feed that has not answered by then is late, or its work has ended otherwise. */
  static final int KEPT_STEPS = 8;

  /** The first {@code tokens} positions of one slot are to be copied into another. */
  record Copy(int from, int to, int tokens) {}

  private static final class Slot {
    /** Null when the slot is free. */
    private Sequence holder;

    /** What a free slot holds: the first {@code left} of these. */
    private int[] leftIds = {};

    private int left;

    /** Number of the departure that left it; 0 for a slot that holds nothing. */
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

  /** From now on these are the slots, and they hold nothing; none may be in use. */
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

  /** Slots for requests of works that are under way. */
  int free() {
    return slots.length - inUse;
  }

  /** Free slots that are kept for nobody: for any request. */
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

  /** One more step was computed. */
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

  /** Of those that are kept for nobody, if there are any. */
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

  /** At least one token is left to compute: without it there are no scores to draw from. */
  private int commonPrefix(Slot slot, Sequence sequence) {
    int most = reusePrefixes ? Math.min(slot.held(), sequence.size() - 1) : 0;
    int mismatch = Arrays.mismatch(slot.ids(), 0, most, sequence.ids(), 0, most);
    return mismatch < 0 ? most : mismatch;
  }

  /** Frees the slot of {@code sequence}, which keeps what was computed for whoever can use it. */
  void release(Sequence sequence) {
    Slot slot = free(sequence);
    slot.leftIds = sequence.ids();
    slot.left = sequence.computed();
    slot.leftAt = ++departures;
    slot.keptUntil = reusePrefixes && sequence.mayContinue() ? steps + KEPT_STEPS : 0;
  }

  /** Frees the slot of {@code sequence}, whose contents are not fit for another. */
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

  /** Throws unless slots and their holders agree and nobody holds more than a slot can. */
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

package io.turnmill.engine.decode;

import io.turnmill.engine.FairQueue;
import io.turnmill.engine.decode.SlotTable.Copy;
import io.turnmill.engine.decode.StepPlan.Piece;
import io.turnmill.inference.Integrity;
import io.turnmill.inference.Mailbox;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Decides who is computed next: continuous batching. Owned by the engine thread. It decides the
 * order only; what a slot holds is the {@link SlotTable}'s affair.
 *
 * <p>A step takes, until its token budget is spent: one token of every sequence that is decoding;
 * prompts under way, the earliest first, in pieces; requests from the {@link FairQueue}, for as
 * many slots as are free, but for those that the {@link PrefixQueue} holds back, and for those of
 * new works while slots are kept for works that go on (see {@link SlotTable}). The budget is at
 * least the number of slots, so decodes never crowd out the earliest prompt. Where memory faults
 * have lowered it below the number of running sequences, these take turns with one token each and
 * no request is admitted. A sequence for which not even one token fitted is {@link
 * SuspendedSequences}.
 */
final class Scheduler {
  private final SlotTable slots;
  private final int longestPiece;
  private final FairQueue<Sequence> waiting = new FairQueue<>();
  private final PrefixQueue heldBack;

  /** Sequences in slots, in the order of their admission, without those that are set aside. */
  private final List<Sequence> running = new ArrayList<>();

  private final SuspendedSequences aside;

  private long steps;

  /**
   * @param longestPiece most tokens of one prompt in one step
   */
  Scheduler(SlotTable slots, int longestPiece, SuspendedSequences aside) {
    this.slots = slots;
    this.longestPiece = longestPiece;
    this.aside = aside;
    this.heldBack = new PrefixQueue(slots);
  }

  /** Requests that have no slot yet. */
  int waiting() {
    return waiting.size() + heldBack.size();
  }

  boolean isEmpty() {
    return waiting() == 0 && running.isEmpty() && aside.isEmpty();
  }

  void add(Sequence sequence) {
    waiting.add(sequence);
  }

  /** The next step, of at most {@code budget} tokens; empty when nothing can be done now. */
  StepPlan plan(int budget) {
    Optional<Sequence> again = aside.due();
    if (again.isPresent()) {
      return new StepPlan(List.of(), List.of(Piece.next(again.get(), 1)));
    }
    return running.size() > budget ? turns(budget) : fill(budget);
  }

  /** After an empty plan: until it can be another one, if nothing comes in before. */
  long nanosToNextTry() {
    return aside.isEmpty() ? 0 : aside.nanosToNextTry();
  }

  private StepPlan turns(int budget) {
    List<Piece> pieces =
        running.stream()
            .sorted(Comparator.comparingLong(Sequence::lastStep))
            .limit(budget)
            .map(sequence -> Piece.next(sequence, 1))
            .toList();
    return new StepPlan(List.of(), pieces);
  }

  private StepPlan fill(int budget) {
    List<Copy> copies = new ArrayList<>();
    List<Piece> pieces = new ArrayList<>();
    int left = budget;
    for (Sequence sequence : running) {
      if (sequence.remaining() == 1) {
        pieces.add(Piece.next(sequence, 1));
        left--;
      }
    }
    for (int i = 0; i < running.size() && left > 0; i++) {
      Sequence sequence = running.get(i);
      if (sequence.remaining() > 1) {
        left -= addPiece(sequence, left, pieces);
      }
    }
    while (left > 0 && slots.free() > 0) {
      Optional<Sequence> next = nextToAdmit();
      if (next.isEmpty()) {
        break;
      }
      slots.claim(next.get()).ifPresent(copies::add);
      running.add(next.get());
      left -= addPiece(next.get(), left, pieces);
    }
    return new StepPlan(copies, pieces);
  }

  /** Those held back keep a free slot each, so that all can start when their wait is over. */
  private Optional<Sequence> nextToAdmit() {
    Optional<Sequence> next = heldBack.next(running);
    while (next.isEmpty() && heldBack.size() < slots.free()) {
      // Where nothing runs, no step would end the time for which slots are kept.
      boolean anyone = running.isEmpty() || heldBack.size() < slots.open();
      next = waiting.next(!anyone);
      if (next.isEmpty()) {
        break;
      }
      if (heldBack.holdBack(next.get(), running)) {
        next = Optional.empty();
      }
    }
    return next;
  }

  private int addPiece(Sequence sequence, int left, List<Piece> pieces) {
    int tokens = Math.min(Math.min(sequence.remaining(), longestPiece), left);
    pieces.add(Piece.next(sequence, tokens));
    return tokens;
  }

  /** The step was computed. */
  void advance(StepPlan plan) {
    steps++;
    slots.stepDone();
    for (Piece piece : plan.pieces()) {
      piece.sequence().advance(piece.tokens(), steps);
      if (aside.remove(piece.sequence())) {
        running.add(piece.sequence());
      }
    }
  }

  /**
   * Not even one token of {@code sequence} fitted, alone: it is set aside.
   *
   * @return false when it was tried for long enough and is to be discarded
   */
  boolean setAside(Sequence sequence) {
    running.remove(sequence);
    return aside.fault(sequence);
  }

  /** Copies could not be made: their targets hold nothing. */
  void startAfresh(List<Copy> copies) {
    copies.forEach(copy -> slots.holder(copy.to()).ifPresent(Sequence::startAfresh));
  }

  /** {@code sequence} is done and leaves its slot; what was computed stays there for others. */
  void finish(Sequence sequence) {
    leave(sequence);
    slots.release(sequence);
  }

  /** {@code sequence} has failed and leaves its slot; what is there is not to be used again. */
  void discard(Sequence sequence) {
    leave(sequence);
    slots.releaseSpoilt(sequence);
  }

  private void leave(Sequence sequence) {
    if (!running.remove(sequence) && !aside.remove(sequence)) {
      throw new IllegalStateException("the sequence does not run. This is a bug.");
    }
  }

  /** Takes out everything of one feed and says how many requests that were. */
  int withdraw(Mailbox owner) {
    int count = waiting.withdraw(owner) + heldBack.withdraw(owner);
    for (Sequence sequence : inSlots()) {
      if (sequence.owner() == owner) {
        finish(sequence);
        count++;
      }
    }
    return count;
  }

  private List<Sequence> inSlots() {
    List<Sequence> all = new ArrayList<>(running);
    all.addAll(aside.sequences());
    return all;
  }

  /** Throws unless the running sequences are those in the slots, and the waiting ones are not. */
  void verifyIntegrity() {
    slots.verifyIntegrity();
    waiting.verifyIntegrity();
    heldBack.verifyIntegrity();
    Integrity.check(inSlots().size() == slots.inUse(), "a slot is held by nobody who runs");
    for (Sequence sequence : inSlots()) {
      Integrity.check(sequence.slot() != Sequence.NO_SLOT, "a running sequence has no slot");
      Integrity.check(
          slots.holder(sequence.slot()).orElseThrow() == sequence, "two sequences share a slot");
      Integrity.check(sequence.remaining() >= 1, "a sequence has nothing left to compute");
    }
  }
}

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
 * Decides which sequences are computed next: continuous batching. Owned by the engine thread. It
 * decides the order only; the {@link SlotTable} decides what a slot holds.
 *
 * <p>A step takes, until its token budget is spent: one token of every sequence that is decoding;
 * prompts under way, the earliest first, in pieces; requests from the {@link FairQueue}, for as
 * many slots as are free, except those that the {@link PrefixQueue} holds back and those of new
 * works while slots are kept for works that continue (see {@link SlotTable}). Continuations that
 * are scored count as decoding while one token is left to compute, else as prompts. The budget is
 * at least the number of slots, so decodes never crowd out the earliest prompt. Where memory faults
 * have lowered it below the number of running sequences, these take turns with one token each and
 * no request is admitted. A sequence for which not even one token fitted is suspended (see {@link
 * SuspendedSequences}).
 */
final class Scheduler {
  private final SlotTable slots;
  private final int longestPiece;
  private final FairQueue<Sequence> waiting = new FairQueue<>();
  private final PrefixQueue heldBack;

  /** Sequences in slots, in the order of their admission, without those that are suspended. */
  private final List<Sequence> running = new ArrayList<>();

  private final SuspendedSequences suspended;

  private long steps;

  /**
   * @param longestPiece most tokens of one prompt in one step
   */
  Scheduler(SlotTable slots, int longestPiece, SuspendedSequences suspended) {
    this.slots = slots;
    this.longestPiece = longestPiece;
    this.suspended = suspended;
    this.heldBack = new PrefixQueue(slots);
  }

  /** How many requests have no slot yet. */
  int waiting() {
    return waiting.size() + heldBack.size();
  }

  boolean isEmpty() {
    return waiting() == 0 && running.isEmpty() && suspended.isEmpty();
  }

  void add(Sequence sequence) {
    waiting.add(sequence);
  }

  /**
   * Plans a step of at most {@code budget} tokens; it is empty when nothing can be computed now.
   */
  StepPlan plan(int budget) {
    Optional<Sequence> again = suspended.due();
    if (again.isPresent()) {
      return new StepPlan(List.of(), List.of(Piece.next(again.get(), 1)));
    }
    return running.size() > budget ? turns(budget) : fill(budget);
  }

  /** How long a plan stays empty if no request comes in. */
  long nanosToNextTry() {
    return suspended.isEmpty() ? 0 : suspended.nanosToNextTry();
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

  /**
   * A free slot is left for each request that is held back, so that all can start after the wait.
   */
  private Optional<Sequence> nextToAdmit() {
    Optional<Sequence> next = heldBack.next(running);
    while (next.isEmpty() && heldBack.size() < slots.free()) {
      // Where nothing runs, no step would end the time for which slots are kept.
      boolean anyWork = running.isEmpty() || heldBack.size() < slots.open();
      next = waiting.next(!anyWork);
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

  /** Takes that the step was computed. */
  void advance(StepPlan plan) {
    steps++;
    slots.stepDone();
    for (Piece piece : plan.pieces()) {
      piece.sequence().advance(piece.tokens(), steps);
      if (suspended.remove(piece.sequence())) {
        running.add(piece.sequence());
      }
    }
  }

  /**
   * Suspends a sequence of which not even one token fitted, alone.
   *
   * @return false when it was tried for long enough and is to be discarded instead
   */
  boolean suspend(Sequence sequence) {
    running.remove(sequence);
    return suspended.fault(sequence);
  }

  /** Takes that copies could not be made, so that their targets hold nothing. */
  void startAfresh(List<Copy> copies) {
    copies.forEach(copy -> slots.holder(copy.to()).ifPresent(Sequence::startAfresh));
  }

  /** Takes a finished sequence out of its slot, which keeps what was computed for others. */
  void finish(Sequence sequence) {
    leave(sequence);
    slots.release(sequence);
  }

  /** Takes a failed sequence out of its slot, whose contents are not used again. */
  void discard(Sequence sequence) {
    leave(sequence);
    slots.releaseSpoilt(sequence);
  }

  private void leave(Sequence sequence) {
    if (!running.remove(sequence) && !suspended.remove(sequence)) {
      throw new IllegalStateException("the sequence does not run. This is a bug.");
    }
  }

  /** Takes out all requests of one feed and returns how many they were. */
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
    all.addAll(suspended.sequences());
    return all;
  }

  /** Throws unless the running sequences are those in the slots, and the waiting ones are not. */
  void verifyIntegrity() {
    slots.verifyIntegrity();
    waiting.verifyIntegrity();
    heldBack.verifyIntegrity();
    Integrity.check(
        inSlots().size() == slots.inUse(), "a slot is held by a sequence that does not run");
    for (Sequence sequence : inSlots()) {
      Integrity.check(sequence.slot() != Sequence.NO_SLOT, "a running sequence has no slot");
      Integrity.check(
          slots.holder(sequence.slot()).orElseThrow() == sequence, "two sequences share a slot");
      Integrity.check(sequence.remaining() >= 1, "a sequence has nothing left to compute");
    }
  }
}

package io.turnmill.engine.decode;

import io.turnmill.engine.Inbox;
import io.turnmill.engine.Meter;
import io.turnmill.engine.OutOfMemory;
import io.turnmill.engine.PhaseClock.Phase;
import io.turnmill.engine.TokenBudget;
import io.turnmill.engine.decode.DecoderEngine.Hooks;
import io.turnmill.engine.decode.StepPlan.Piece;
import io.turnmill.inference.Mailbox;
import io.turnmill.inference.Metric;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.Failure;
import io.turnmill.inference.Outcome.FailureCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the engine thread of a decoder does, again and again until the engine is closed: take
 * messages, plan, forward, apply. The outcomes of a step are delivered while the next step is
 * computed, or at once when there is none. While memory is so short that nothing can be computed,
 * the thread waits and still takes messages. Owns the scheduler, the slot table and its growth, the
 * runner and the budget.
 */
final class DecoderLoop {
  private final EngineConfig config;
  private final Inbox<Sequence> inbox;
  private final Meter meter;
  private final DecoderRunner runner;
  private final Hooks hooks;
  private final SlotTable slots;
  private final SlotGrowth growth;
  private final Scheduler scheduler;
  private final TokenBudget budget;

  /** Outcomes that are not delivered yet. */
  private final List<Ended> ended = new ArrayList<>();

  /** How long nothing can be computed, in nanoseconds; 0 when something can. */
  private long waitNanos;

  private record Ended(Sequence sequence, Outcome outcome) {}

  DecoderLoop(
      EngineConfig config, Inbox<Sequence> inbox, Meter meter, DecoderRunner runner, Hooks hooks) {
    this.config = config;
    this.inbox = inbox;
    this.meter = meter;
    this.runner = runner;
    this.hooks = hooks;
    this.slots =
        new SlotTable(config.maxNumSeqs(), config.slotTokens(), config.enablePrefixCaching());
    this.growth = new SlotGrowth(config, slots, runner);
    int threshold = config.longPrefillTokenThreshold();
    this.scheduler =
        new Scheduler(
            slots,
            threshold == 0 ? Integer.MAX_VALUE : threshold,
            new SuspendedSequences(hooks.backoff(), System::nanoTime));
    this.budget = new TokenBudget(config.maxNumBatchedTokens());
  }

  /** Returns when the engine is closed; throws when it cannot continue. */
  void run() {
    try {
      while (takeMessages()) {
        step();
        hooks.afterStep().accept(scheduler);
        if (scheduler.isEmpty()) {
          deliver();
        }
      }
    } finally {
      deliver(); // these are done, even if the next step fails
    }
  }

  /** False when the engine is to end. */
  private boolean takeMessages() {
    boolean idle = scheduler.isEmpty() && growth.size() == 0;
    long wait = idle ? Long.MAX_VALUE : waitNanos;
    if (wait > 0) {
      meter.enter(Phase.IDLE);
    }
    Inbox.EngineMessages<Sequence> messages = inbox.take(wait);
    meter.enter(Phase.HOST);
    messages.submitted().forEach(this::receive);
    for (Mailbox feed : messages.withdrawn()) {
      meter.add(Metric.WITHDRAWN, growth.withdraw(feed) + scheduler.withdraw(feed));
    }
    if (!messages.closing()) {
      admit();
    }
    return !messages.closing();
  }

  private void receive(Sequence sequence) {
    Optional<Failure> tooLong = sequence.tooLong(config.maxModelLen());
    if (tooLong.isPresent()) {
      ended.add(new Ended(sequence, tooLong.get()));
    } else if (sequence.mostTokens(config.maxModelLen()) > config.maxSlotTokens()) {
      failWithoutSlot(sequence);
    } else {
      growth.add(sequence);
    }
  }

  /**
   * Admits all sequences that fit a slot. For one that does not, slots grow when none is in use.
   */
  private void admit() {
    growth.fitting().forEach(scheduler::add);
    while (scheduler.isEmpty() && growth.size() > 0) {
      growth.grow().ifPresent(this::failWithoutSlot);
      growth.fitting().forEach(scheduler::add);
    }
  }

  private void failWithoutSlot(Sequence sequence) {
    int tokens = sequence.mostTokens(config.maxModelLen());
    String detail = "no memory for a slot of " + tokens + " tokens";
    ended.add(new Ended(sequence, new Failure(FailureCode.OUT_OF_MEMORY, detail)));
  }

  private void step() {
    StepPlan plan = scheduler.plan(budget.tokens());
    waitNanos = plan.isEmpty() ? scheduler.nanosToNextTry() : 0;
    if (plan.isEmpty()) {
      deliver();
      return;
    }
    if (!copied(plan)) {
      return;
    }
    try {
      NextTokens next = runner.run(plan, this::deliver);
      budget.succeeded();
      apply(plan, next);
    } catch (OutOfMemory e) {
      undo(plan);
    }
  }

  /**
   * Makes the plan's copies. Returns false when memory was too short for them; then the sequences
   * compute the prefixes themselves.
   */
  private boolean copied(StepPlan plan) {
    try {
      runner.copy(plan);
      return true;
    } catch (OutOfMemory e) {
      meter.add(Metric.OUT_OF_MEMORY_STEPS, 1);
      scheduler.startAfresh(plan.copies());
      return false;
    }
  }

  /**
   * Nothing of the step was applied, so the sequences are as before it; only the budget changes.
   */
  private void undo(StepPlan plan) {
    meter.add(Metric.OUT_OF_MEMORY_STEPS, 1);
    if (plan.tokens() > 1) {
      budget.outOfMemory(plan.tokens());
      return;
    }
    budget.outOfMemoryForOne();
    Sequence sequence = plan.pieces().get(0).sequence();
    if (!scheduler.suspend(sequence)) {
      String detail = "no memory for one token after " + sequence.computed();
      end(sequence, new Failure(FailureCode.OUT_OF_MEMORY, detail));
    }
  }

  private void apply(StepPlan plan, NextTokens next) {
    meter.add(plan.prefills() ? Metric.PREFILL_STEPS : Metric.DECODE_STEPS, 1);
    meter.add(Metric.ROWS, plan.pieces().size());
    plan.pieces().forEach(this::count);
    scheduler.advance(plan);
    int drawn = 0;
    int targets = 0;
    for (int row = 0; row < plan.pieces().size(); row++) {
      Piece piece = plan.pieces().get(row);
      if (next.spoilt(row)) {
        end(piece.sequence(), spoilt(piece.sequence()));
      } else {
        take(piece, new PieceResult(next, drawn, targets));
      }
      drawn += piece.samples() ? 1 : 0;
      targets += piece.targets().size();
    }
    meter.add(Metric.GENERATED_TOKENS, drawn);
  }

  private static Failure spoilt(Sequence sequence) {
    String detail = "states not finite after " + sequence.computed() + " tokens";
    return new Failure(FailureCode.NON_FINITE, detail);
  }

  private void take(Piece piece, PieceResult found) {
    Sequence sequence = piece.sequence();
    Optional<Outcome> outcome = sequence.take(piece, found, config.maxModelLen());
    if (outcome.isPresent()) {
      end(sequence, outcome.get());
    } else if (piece.samples() && runner.outgrown(sequence.size())) {
      sequence.startAfresh();
    }
  }

  private void end(Sequence sequence, Outcome outcome) {
    if (outcome instanceof Failure) {
      scheduler.discard(sequence);
    } else {
      scheduler.finish(sequence);
    }
    ended.add(new Ended(sequence, outcome));
  }

  private void count(Piece piece) {
    Sequence sequence = piece.sequence();
    meter.add(Metric.PROMPT_TOKENS, piece.givenTokens());
    if (sequence.lastStep() == 0) {
      meter.add(Metric.PROMPT_TOKENS, sequence.cachedTokens());
      meter.add(Metric.CACHED_TOKENS, sequence.cachedTokens());
    }
  }

  /** Counts are published first, so that a thread that has an outcome finds it counted. */
  private void deliver() {
    ended.forEach(end -> meter.delivered(end.outcome()));
    meter.set(Metric.SLOTS, slots.count());
    meter.set(Metric.SLOTS_IN_USE, slots.inUse());
    meter.set(Metric.WAITING_REQUESTS, scheduler.waiting() + growth.size());
    meter.set(Metric.FEEDS, inbox.feeds());
    meter.publish();
    ended.forEach(end -> end.sequence().owner().deliver(end.sequence().request(), end.outcome()));
    ended.clear();
  }
}

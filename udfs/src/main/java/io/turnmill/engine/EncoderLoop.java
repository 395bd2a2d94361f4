package io.turnmill.engine;

import io.turnmill.engine.ForwardPass.OutOfMemory;
import io.turnmill.engine.PhaseClock.Phase;
import io.turnmill.engine.TextOutcome.Failure;
import io.turnmill.engine.TextOutcome.FailureCode;
import io.turnmill.engine.TextOutcome.Vector;
import io.turnmill.engine.TextPlan.Lot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The engine thread's work for an encoder: take letters, plan, forward, deliver; again until
 * closed. Owns scheduler, runner and budget.
 */
final class EncoderLoop {
  private final Inbox<WaitingText> inbox;
  private final EncoderMeter meter;
  private final EncoderRunner runner;
  private final Consumer<TextScheduler> afterStep;
  private final TextScheduler scheduler;
  private final TokenBudget budget;
  private final VectorMemo memo;

  /** Outcomes of the present step; delivered when its counts are published. */
  private final List<Ended> ended = new ArrayList<>();

  private record Ended(WaitingText text, TextOutcome outcome) {}

  EncoderLoop(
      EncoderConfig config,
      Inbox<WaitingText> inbox,
      EncoderMeter meter,
      EncoderRunner runner,
      Consumer<TextScheduler> afterStep) {
    this.inbox = inbox;
    this.meter = meter;
    this.runner = runner;
    this.afterStep = afterStep;
    this.scheduler = new TextScheduler(config);
    this.budget = new TokenBudget(config.maxNumBatchedTokens());
    this.memo = new VectorMemo(config.memoBytes(), runner.width());
  }

  /** Returns when the engine is closed; throws when it cannot go on. */
  void run() {
    while (takeLetters()) {
      step();
      afterStep.accept(scheduler);
      deliver();
    }
  }

  /** False when the engine is to end. */
  private boolean takeLetters() {
    boolean idle = scheduler.isEmpty();
    if (idle) {
      meter.enter(Phase.IDLE);
    }
    Inbox.Letters<WaitingText> letters = inbox.take(idle);
    meter.enter(Phase.HOST);
    letters.submitted().forEach(this::add);
    for (Mailbox<?> feed : letters.withdrawn()) {
      meter.withdrawn(scheduler.withdraw(feed));
    }
    return !letters.closing();
  }

  private void add(WaitingText text) {
    Optional<Vector> known = memo.find(text.row());
    if (known.isPresent()) {
      meter.repeated();
      ended.add(new Ended(text, known.get()));
    } else {
      scheduler.add(text);
    }
  }

  private void step() {
    TextPlan plan = scheduler.plan(budget.tokens());
    if (plan.isEmpty()) {
      return;
    }
    try {
      apply(plan, runner.run(plan));
    } catch (OutOfMemory e) {
      undo(plan);
    }
  }

  private void apply(TextPlan plan, float[][] vectors) {
    budget.succeeded();
    meter.stepDone(plan);
    scheduler.finish(plan);
    for (int i = 0; i < vectors.length; i++) {
      Lot lot = plan.lots().get(i);
      TextOutcome outcome = outcome(vectors[i]);
      if (outcome instanceof Vector vector) {
        memo.keep(lot.row(), vector);
      }
      end(lot, outcome);
    }
  }

  private static TextOutcome outcome(float[] vector) {
    for (float number : vector) {
      if (!Float.isFinite(number)) {
        return new Failure(FailureCode.NON_FINITE, "a number of the vector is not finite");
      }
    }
    return new Vector(vector);
  }

  /** Nothing was computed, so the texts stay where they are and a smaller pass follows. */
  private void undo(TextPlan plan) {
    meter.stepUndone();
    if (plan.lots().size() > 1) {
      budget.outOfMemory((int) Math.min(Integer.MAX_VALUE, plan.size()));
      return;
    }
    Lot lot = plan.lots().get(0);
    scheduler.finish(plan);
    end(lot, new Failure(FailureCode.OUT_OF_MEMORY, "no memory for " + lot.tokens() + " tokens"));
    budget.culpritGone();
  }

  private void end(Lot lot, TextOutcome outcome) {
    lot.texts().forEach(text -> ended.add(new Ended(text, outcome)));
  }

  /** Counts are published first, so that whoever has an outcome finds it counted. */
  private void deliver() {
    ended.forEach(end -> meter.delivered(end.outcome()));
    meter.publish(scheduler.waiting(), inbox.feeds());
    ended.forEach(end -> end.text().deliver(end.outcome()));
    ended.clear();
  }
}

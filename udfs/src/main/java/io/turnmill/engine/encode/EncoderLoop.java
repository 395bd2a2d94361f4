package io.turnmill.engine.encode;

import io.turnmill.engine.Inbox;
import io.turnmill.engine.Meter;
import io.turnmill.engine.OutOfMemory;
import io.turnmill.engine.PhaseClock.Phase;
import io.turnmill.engine.TokenBudget;
import io.turnmill.engine.encode.TextPlan.UniqueText;
import io.turnmill.inference.Mailbox;
import io.turnmill.inference.Metric;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.Failure;
import io.turnmill.inference.Outcome.FailureCode;
import io.turnmill.inference.Outcome.Vector;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the engine thread of an encoder does, again and again until the engine is closed: take
 * messages, plan, forward, deliver. Owns the scheduler, the runner and the budget.
 */
final class EncoderLoop {
  private final Inbox<PendingText> inbox;
  private final Meter meter;
  private final EncoderRunner runner;
  private final Consumer<TextScheduler> afterStep;
  private final TextScheduler scheduler;
  private final TokenBudget budget;
  private final VectorMemo memo;

  /** Outcomes of the present step; they are delivered after its counts are published. */
  private final List<Ended> ended = new ArrayList<>();

  private record Ended(PendingText text, Outcome outcome) {}

  EncoderLoop(
      EncoderEngineConfig config,
      Inbox<PendingText> inbox,
      Meter meter,
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

  /** Returns when the engine is closed; throws when it cannot continue. */
  void run() {
    while (takeMessages()) {
      step();
      afterStep.accept(scheduler);
      deliver();
    }
  }

  /** False when the engine is to end. */
  private boolean takeMessages() {
    boolean idle = scheduler.isEmpty();
    if (idle) {
      meter.enter(Phase.IDLE);
    }
    Inbox.EngineMessages<PendingText> messages = inbox.take(idle);
    meter.enter(Phase.HOST);
    messages.submitted().forEach(this::add);
    for (Mailbox feed : messages.withdrawn()) {
      meter.add(Metric.WITHDRAWN, scheduler.withdraw(feed));
    }
    return !messages.closing();
  }

  private void add(PendingText text) {
    Optional<Vector> known = memo.find(text.row());
    if (known.isPresent()) {
      meter.add(Metric.REPEATED_TEXTS, 1);
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
    meter.add(Metric.PREFILL_STEPS, 1);
    meter.add(Metric.ROWS, plan.uniqueTexts().size());
    meter.add(Metric.PROMPT_TOKENS, plan.tokens());
    meter.add(Metric.PADDED_TOKENS, plan.size());
    plan.uniqueTexts().forEach(text -> meter.add(Metric.REPEATED_TEXTS, text.texts().size() - 1));
    scheduler.finish(plan);
    for (int i = 0; i < vectors.length; i++) {
      UniqueText unique = plan.uniqueTexts().get(i);
      Outcome outcome = outcome(vectors[i]);
      if (outcome instanceof Vector vector) {
        memo.keep(unique.row(), vector);
      }
      end(unique, outcome);
    }
  }

  private static Outcome outcome(float[] vector) {
    for (float number : vector) {
      if (!Float.isFinite(number)) {
        return new Failure(FailureCode.NON_FINITE, "a number that the model gave is not finite");
      }
    }
    return new Vector(vector, 0);
  }

  /** Nothing was computed, so the texts stay where they are and a smaller pass follows. */
  private void undo(TextPlan plan) {
    meter.add(Metric.OUT_OF_MEMORY_STEPS, 1);
    if (plan.uniqueTexts().size() > 1) {
      budget.outOfMemory((int) Math.min(Integer.MAX_VALUE, plan.size()));
      return;
    }
    UniqueText unique = plan.uniqueTexts().get(0);
    scheduler.finish(plan);
    end(
        unique,
        new Failure(FailureCode.OUT_OF_MEMORY, "no memory for " + unique.tokens() + " tokens"));
    budget.culpritGone();
  }

  private void end(UniqueText unique, Outcome outcome) {
    unique.texts().forEach(text -> ended.add(new Ended(text, outcome)));
  }

  /** Counts are published first, so that a thread that has an outcome finds it counted. */
  private void deliver() {
    ended.forEach(end -> meter.delivered(end.outcome()));
    meter.set(Metric.WAITING_REQUESTS, scheduler.waiting());
    meter.set(Metric.FEEDS, inbox.feeds());
    meter.publish();
    ended.forEach(end -> end.text().deliver(end.outcome()));
    ended.clear();
  }
}

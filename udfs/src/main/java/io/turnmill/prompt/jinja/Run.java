package io.turnmill.prompt.jinja;

import java.time.Clock;

/** One rendering under way: its clock and what it has spent of its limits. One thread's alone. */
final class Run {
  private final Limits limits;
  private final Clock clock;
  private long steps;
  private int depth;

  Run(Limits limits, Clock clock) {
    this.limits = limits;
    this.clock = clock;
  }

  Clock clock() {
    return clock;
  }

  void step() {
    if (++steps > limits.maxSteps()) {
      throw new TemplateException("the template takes more than " + limits.maxSteps() + " steps");
    }
  }

  /** Charges for a string or list of this size, made at once. */
  void made(long size) {
    grown(0, size);
  }

  /** Charges for {@code more} characters or items, put behind {@code before} others. */
  void grown(long before, long more) {
    if (before + more > limits.maxChars()) {
      throw new TemplateException(
          "the template makes a value longer than " + limits.maxChars() + " characters or items");
    }
    steps += more >> 4;
    step();
  }

  void enter() {
    if (++depth > limits.maxDepth()) {
      throw new TemplateException("the template nests deeper than " + limits.maxDepth());
    }
    step();
  }

  void leave() {
    depth--;
  }
}

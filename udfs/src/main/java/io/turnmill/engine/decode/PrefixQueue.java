package io.turnmill.engine.decode;

import io.turnmill.inference.Mailbox;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Requests that are held back because a running sequence is just computing the tokens that they
 * begin with, such as a system prompt that many sessions share. They start when those tokens are
 * computed, and copy them.
 *
 * <p>No request waits here for ever: the sequence that it waits for is running, so it advances, and
 * the wait is over when it has computed the prefix or has left. A request is held back again only
 * for a prefix that is longer by at least {@value #WORTHWHILE} tokens than the one before.
 */
final class PrefixQueue {
  /** A wait is worth its time if it saves this many tokens more than are there already. */
  static final int WORTHWHILE = 2 * SlotTable.WORTHWHILE_PREFIX;

  /** {@code request} waits until {@code computing} has the first {@code tokens} of its ids. */
  private record Wait(Sequence request, Sequence computing, int tokens) {
    private boolean over() {
      return computing.slot() == Sequence.NO_SLOT || computing.computed() >= tokens;
    }
  }

  private final SlotTable slots;
  private final List<Wait> waits = new ArrayList<>();

  PrefixQueue(SlotTable slots) {
    this.slots = slots;
  }

  int size() {
    return waits.size();
  }

  /** Takes in a request that is next in the queue, if waiting is worth its time. */
  boolean holdBack(Sequence request, List<Sequence> running) {
    return holdBack(request, running, 0);
  }

  private boolean holdBack(Sequence request, List<Sequence> running, int waitedFor) {
    if (!slots.reusesPrefixes()) {
      return false;
    }
    int least = Math.max(waitedFor, slots.reusable(request)) + WORTHWHILE;
    Optional<Wait> longest = Optional.empty();
    for (Sequence sequence : running) {
      int common = sequence.commonPrefix(request);
      if (common >= least && common > sequence.computed()) {
        longest = Optional.of(new Wait(request, sequence, common));
        least = common + 1;
      }
    }
    longest.ifPresent(waits::add);
    return longest.isPresent();
  }

  /** Takes out the first request whose wait is over. */
  Optional<Sequence> next(List<Sequence> running) {
    for (int i = 0; i < waits.size(); i++) {
      Wait wait = waits.get(i);
      if (wait.over()) {
        waits.remove(i--);
        if (!holdBack(wait.request(), running, wait.tokens())) {
          return Optional.of(wait.request());
        }
      }
    }
    return Optional.empty();
  }

  /** Takes out all requests of one feed and returns how many they were. */
  int withdraw(Mailbox owner) {
    int before = waits.size();
    for (Iterator<Wait> all = waits.iterator(); all.hasNext(); ) {
      if (all.next().request().owner() == owner) {
        all.remove();
      }
    }
    return before - waits.size();
  }

  /** Throws if a request that waits has a slot. */
  void verifyIntegrity() {
    waits.forEach(wait -> wait.request().verifyWaiting());
  }
}

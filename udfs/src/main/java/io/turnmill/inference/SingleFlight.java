package io.turnmill.inference;

import io.turnmill.inference.Outcome.Completion;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Lets a backend compute requests of one key once, for all feeds that use a cache. The first
 * request is given to the backend, those that come meanwhile wait for its reply, and later ones
 * find the reply here as long as there is room for it. If the reply does not come, because the
 * request failed or its feed was closed, the first request that waits is given to the backend and
 * the others wait for that one. If it fails a second time, all of them are given to the backend.
 * Safe for all threads.
 */
public final class SingleFlight {
  /** The most weight of the replies that are kept, in tokens of 4 bytes: about 64 MiB. */
  private static final long LIMIT = 16L << 20;

  /** The memory of a kept reply besides its tokens, in tokens of 4 bytes. */
  private static final int ENTRY = 50;

  /** The memory of a log-probability, and below of each alternative beside it, in tokens. */
  private static final int LOGPROB = 20;

  private static final int ALTERNATIVE = 7;

  private final Map<RequestKey, InFlight> inFlight = new HashMap<>();
  private final Map<RequestKey, Completion> kept = new LinkedHashMap<>(16, 0.75f, true);
  private long weight;

  /** A request in the backend, and the requests of the same key that wait for its reply. */
  private static final class InFlight {
    private final Deque<Waiter> waiters = new ArrayDeque<>();
    private Mailbox owner;
    private boolean failed;

    private InFlight(Mailbox owner) {
      this.owner = owner;
    }

    /** Makes the feed of the first request that still waits the owner. False when none waits. */
    private boolean handOver() {
      while (!waiters.isEmpty()) {
        Waiter next = waiters.removeFirst();
        if (next.tell(Optional.empty())) {
          owner = next.mailbox();
          return true;
        }
      }
      return false;
    }

    private void tellAll(Optional<Outcome> outcome) {
      waiters.forEach(waiter -> waiter.tell(outcome));
    }
  }

  private record Waiter(Request request, Mailbox mailbox) {
    boolean tell(Optional<Outcome> outcome) {
      return mailbox.deliver(new Delivery(request, outcome));
    }
  }

  /** What a feed is to do about a request. */
  sealed interface Claim {
    /** The reply is known. */
    record Known(Completion completion) implements Claim {}

    /** Ask the backend, and tell {@link #finished} the outcome. */
    record Ask() implements Claim {}

    /** Wait: the mailbox will get a delivery. */
    record Wait() implements Claim {}
  }

  public synchronized Claim claim(RequestKey key, Request request, Mailbox mailbox) {
    Completion known = kept.get(key);
    if (known != null) {
      return new Claim.Known(known);
    }
    InFlight first = inFlight.get(key);
    if (first != null) {
      first.waiters.add(new Waiter(request, mailbox));
      return new Claim.Wait();
    }
    inFlight.put(key, new InFlight(mailbox));
    return new Claim.Ask();
  }

  /** Takes the outcome of a request that {@code owner} was to ask. */
  synchronized void finished(RequestKey key, Mailbox owner, Outcome outcome) {
    InFlight first = inFlight.get(key);
    boolean ends = first != null && first.owner == owner;
    if (outcome instanceof Completion completion) {
      keep(key, completion);
      if (ends) {
        inFlight.remove(key);
        first.tellAll(Optional.of(completion.asReused()));
      }
    } else if (ends && (first.failed || !first.handOver())) {
      inFlight.remove(key);
      first.tellAll(Optional.empty());
    } else if (ends) {
      first.failed = true;
    }
  }

  /** Takes that requests of {@code owner} will have no more outcomes. */
  public synchronized void withdraw(Mailbox owner) {
    for (InFlight first : inFlight.values()) {
      first.waiters.removeIf(waiter -> waiter.mailbox() == owner);
    }
    inFlight.values().removeIf(first -> first.owner == owner && !first.handOver());
  }

  /** Keeps a reply; when there is no room, the one that was used longest ago is removed. */
  private void keep(RequestKey key, Completion completion) {
    if (kept.putIfAbsent(key, completion) == null) {
      weight += weight(completion);
    }
    var eldest = kept.entrySet().iterator();
    while (weight > LIMIT && eldest.hasNext()) {
      weight -= weight(eldest.next().getValue());
      eldest.remove();
    }
  }

  private static int weight(Completion completion) {
    int weight = ENTRY + completion.ids().size();
    for (TokenLogprob token : completion.logprobs()) {
      weight += LOGPROB + ALTERNATIVE * token.alternatives().size();
    }
    return weight;
  }
}

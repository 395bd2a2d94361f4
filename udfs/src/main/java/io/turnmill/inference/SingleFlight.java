package io.turnmill.inference;

import io.turnmill.inference.Outcome.Completion;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Requests of one key are computed once, for all feeds of an engine that recall: the first one is
 * given to the engine, those that come meanwhile wait for its reply, and later ones find it here as
 * long as there is room. Where a reply does not come, because it failed or its feed was closed, the
 * first of those that wait asks the engine itself and the others wait for that; where it fails a
 * second time, all of them ask. Safe for all threads.
 */
public final class SingleFlight {
  /** Of the replies that are kept: about 64 MiB, at 4 bytes a token and {@link #ENTRY} for each. */
  private static final long LIMIT = 16L << 20;

  /** What keeping one reply takes besides its tokens, in tokens. */
  private static final int ENTRY = 50;

  /** The objects of a log-probability, and of each alternative with it, in tokens. */
  private static final int LOGPROB = 20;

  private static final int ALTERNATIVE = 7;

  private final Map<RequestKey, Flight> flights = new HashMap<>();
  private final Map<RequestKey, Completion> kept = new LinkedHashMap<>(16, 0.75f, true);
  private long weight;

  /** A request in the engine, and who waits for the same. */
  private static final class Flight {
    private final Deque<Waiter> waiters = new ArrayDeque<>();
    private Mailbox owner;
    private boolean failed;

    private Flight(Mailbox owner) {
      this.owner = owner;
    }

    /** Makes the first that waits and is still there the owner; false when there is none. */
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

  /** What is to be done about a request. */
  sealed interface Claim {
    /** Its reply is known. */
    record Known(Completion completion) implements Claim {}

    /** The engine is to be asked, and {@link #finished} to be told. */
    record Ask() implements Claim {}

    /** The mailbox will get a delivery. */
    record Wait() implements Claim {}
  }

  public synchronized Claim claim(RequestKey key, Request request, Mailbox mailbox) {
    Completion known = kept.get(key);
    if (known != null) {
      return new Claim.Known(known);
    }
    Flight flight = flights.get(key);
    if (flight != null) {
      flight.waiters.add(new Waiter(request, mailbox));
      return new Claim.Wait();
    }
    flights.put(key, new Flight(mailbox));
    return new Claim.Ask();
  }

  /** What became of a request of {@code owner}. */
  synchronized void finished(RequestKey key, Mailbox owner, Outcome outcome) {
    Flight flight = flights.get(key);
    boolean ends = flight != null && flight.owner == owner;
    if (outcome instanceof Completion completion) {
      keep(key, completion);
      if (ends) {
        flights.remove(key);
        flight.tellAll(Optional.of(completion.asReused()));
      }
    } else if (ends && (flight.failed || !flight.handOver())) {
      flights.remove(key);
      flight.tellAll(Optional.empty());
    } else if (ends) {
      flight.failed = true;
    }
  }

  /** Nothing more will come of what {@code owner} gave to the engine. */
  public synchronized void withdraw(Mailbox owner) {
    for (Flight flight : flights.values()) {
      flight.waiters.removeIf(waiter -> waiter.mailbox() == owner);
    }
    flights.values().removeIf(flight -> flight.owner == owner && !flight.handOver());
  }

  /** The one that was asked for longest ago goes first. */
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

package io.turnmill.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Requests without a slot. Feeds take turns, one request each. Within a feed, requests of works
 * that are under way go before those of new works (a slot may still hold their prefix), each kind
 * in the order of arrival. So a request waits at most for the requests before it in its own feed
 * times the number of feeds; works are finite and a feed's window bounds how many are under way,
 * hence nobody waits for ever.
 */
final class WaitingLine {
  private static final class Line {
    private final Deque<Sequence> followUps = new ArrayDeque<>();
    private final Deque<Sequence> fresh = new ArrayDeque<>();

    private int size() {
      return followUps.size() + fresh.size();
    }
  }

  /** Feeds with waiting requests, the next one first. */
  private final Map<Mailbox, Line> turns = new LinkedHashMap<>();

  private int size;

  int size() {
    return size;
  }

  void add(Sequence sequence) {
    Line line = turns.computeIfAbsent(sequence.owner(), owner -> new Line());
    (sequence.followUp() ? line.followUps : line.fresh).addLast(sequence);
    size++;
  }

  /** Takes out whose turn it is. */
  Optional<Sequence> next() {
    if (size == 0) {
      return Optional.empty();
    }
    Mailbox owner = turns.keySet().iterator().next();
    Line line = turns.remove(owner);
    Sequence sequence = (line.followUps.isEmpty() ? line.fresh : line.followUps).removeFirst();
    if (line.size() > 0) {
      turns.put(owner, line);
    }
    size--;
    return Optional.of(sequence);
  }

  /** Takes out all of one feed and says how many they were. */
  int withdraw(Mailbox owner) {
    Line line = turns.remove(owner);
    int count = line == null ? 0 : line.size();
    size -= count;
    return count;
  }

  void verifyIntegrity() {
    int waiting = 0;
    for (Map.Entry<Mailbox, Line> turn : turns.entrySet()) {
      Integrity.check(turn.getValue().size() > 0, "a feed without requests has a turn");
      waiting += turn.getValue().size();
      for (Deque<Sequence> line : List.of(turn.getValue().followUps, turn.getValue().fresh)) {
        for (Sequence sequence : line) {
          Integrity.check(sequence.slot() == Sequence.NO_SLOT, "a waiting request has a slot");
          Integrity.check(sequence.owner() == turn.getKey(), "a request waits in another's line");
        }
      }
    }
    Integrity.check(waiting == size, "waiting requests are miscounted");
  }
}

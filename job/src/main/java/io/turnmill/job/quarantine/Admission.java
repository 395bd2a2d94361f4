package io.turnmill.job.quarantine;

import io.turnmill.job.quarantine.Suspects.Group;
import io.turnmill.job.rows.StagedRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.apache.spark.sql.Row;

/**
 * Decides which of a task's sessions goes into the engine next, and sees to it that a note of it is
 * written before. Sessions without a death are noted a windowful at a time, and go in as soon as
 * there is room; suspects come first, group by group.
 */
public final class Admission implements AutoCloseable {
  private final Iterator<Row> rows;
  private final Rules rules;
  private final InFlightLog log;
  private final ExclusiveGate.Stay stay;
  private final Deque<Row> quarantined = new ArrayDeque<>();
  private final Deque<Group<Row>> suspects;
  private final Deque<Row> chosen = new ArrayDeque<>();
  private final Set<Long> inFlight = new HashSet<>();

  /** The first row without a death; it was read to know that. */
  private Optional<Row> ahead = Optional.empty();

  /** Whether the note holds what was chosen. */
  private boolean isNoted;

  /** Whether what is in flight is a group of suspects. */
  private boolean apart;

  /** Whether it has its process for itself. */
  private boolean alone;

  /**
   * What a task's sessions are admitted by.
   *
   * @param window sessions that are noted at once
   * @param maxDeaths at this many deaths a session is not run
   */
  public record Rules(int window, int maxDeaths) {}

  /**
   * @param staged sessions, those with the most deaths first
   * @param deaths of executors at which a session was in flight
   */
  public Admission(
      Iterator<Row> staged,
      ToIntFunction<Row> deaths,
      Rules rules,
      InFlightLog log,
      ExclusiveGate.Stay stay) {
    this.rows = staged;
    this.rules = rules;
    this.log = log;
    this.stay = stay;
    List<Row> accused = new ArrayList<>();
    while (ahead.isEmpty() && rows.hasNext()) {
      Row row = rows.next();
      if (deaths.applyAsInt(row) >= rules.maxDeaths()) {
        quarantined.add(row);
      } else if (deaths.applyAsInt(row) > 0) {
        accused.add(row);
      } else {
        ahead = Optional.of(row);
      }
    }
    this.suspects = Suspects.groups(accused, deaths, rules.maxDeaths());
  }

  /** A session that must not be run, if one is left. */
  public Optional<Row> quarantined() {
    return Optional.ofNullable(quarantined.poll());
  }

  /** Whether any session is left that was not given out. */
  public boolean hasNext() {
    return !quarantined.isEmpty()
        || !chosen.isEmpty()
        || !suspects.isEmpty()
        || ahead.isPresent()
        || rows.hasNext();
  }

  /**
   * The next session, if it may go in now; else one that is in flight must land before. Waits, with
   * nothing in flight and nothing noted, while a task beside this one has the process for itself,
   * or until this one has it.
   */
  public Optional<Row> next() throws InterruptedException {
    if (chosen.isEmpty() && !choose()) {
      return Optional.empty();
    }
    if (!inFlight.isEmpty() && stay.isWaitedFor()) {
      return Optional.empty();
    }
    if (inFlight.isEmpty()) {
      enter();
    }
    if (!isNoted) {
      note();
    }
    Row row = chosen.remove();
    inFlight.add(StagedRows.hash(row));
    return Optional.of(row);
  }

  private void enter() throws InterruptedException {
    if (alone) {
      stay.enterAlone();
    } else {
      stay.enter();
    }
  }

  /** Chooses what goes in next, if it may be chosen now. */
  private boolean choose() {
    boolean anotherGroup = !suspects.isEmpty();
    if (!inFlight.isEmpty() && (apart || anotherGroup)) {
      return false;
    }
    apart = anotherGroup;
    alone = anotherGroup && suspects.element().alone();
    if (anotherGroup) {
      chosen.addAll(suspects.remove().sessions());
    } else {
      ahead.ifPresent(chosen::add);
      ahead = Optional.empty();
      while (chosen.size() < rules.window() && rows.hasNext()) {
        chosen.add(rows.next());
      }
    }
    isNoted = false;
    return !chosen.isEmpty();
  }

  private void note() {
    Set<Long> sessions = new HashSet<>(inFlight);
    chosen.forEach(row -> sessions.add(StagedRows.hash(row)));
    try {
      log.note(sessions);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    isNoted = true;
  }

  /** The session is no longer in flight. */
  public void landed(Row row) {
    inFlight.remove(StagedRows.hash(row));
    if (inFlight.isEmpty()) {
      try {
        // Before others may fly: their end must not count against what waits here.
        log.clear();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      isNoted = false;
      stay.close();
    }
  }

  /** The task has ended in order, with nothing in flight. */
  @Override
  public void close() {
    log.end();
    stay.close();
  }
}

package io.turnmill.engine;

import io.turnmill.inference.BackendException;
import io.turnmill.inference.Mailbox;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The messages from the threads of the feeds to the engine thread. Safe for all threads.
 *
 * @param <S> what feeds submit to the engine
 */
public final class Inbox<S> {

  /**
   * All messages that have come since the last call of {@code take}.
   *
   * @param withdrawn feeds whose requests are to be taken out, after {@code submitted} was put in
   * @param closing whether the engine is to end
   */
  public record EngineMessages<S>(List<S> submitted, List<Mailbox> withdrawn, boolean closing) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Set<Mailbox> feeds = new LinkedHashSet<>();
  private List<S> submitted = new ArrayList<>();
  private List<Mailbox> withdrawn = new ArrayList<>();
  private boolean closing;

  /** Why the engine takes nothing any more; null while it does. */
  private BackendException end;

  public void open(Mailbox feed) {
    locked(
        () -> {
          requireRunning();
          feeds.add(feed);
        });
  }

  void submit(Mailbox feed, List<S> items) {
    locked(
        () -> {
          requireRunning();
          if (!feeds.contains(feed)) {
            throw BackendException.closed("the feed");
          }
          submitted.addAll(items);
          arrived.signal();
        });
  }

  void withdraw(Mailbox feed) {
    locked(
        () -> {
          if (feeds.remove(feed) && end == null) {
            withdrawn.add(feed);
            arrived.signal();
          }
        });
  }

  void close() {
    locked(
        () -> {
          closing = true;
          arrived.signal();
        });
  }

  /**
   * Takes what has come; when {@code patient}, waits until something has. For the engine thread.
   */
  public EngineMessages<S> take(boolean patient) {
    return take(patient ? Long.MAX_VALUE : 0);
  }

  /** Takes what has come; waits for it, at most this long. For the engine thread. */
  public EngineMessages<S> take(long nanos) {
    lock.lock();
    try {
      awaitMessages(nanos);
      EngineMessages<S> messages = new EngineMessages<>(submitted, withdrawn, closing);
      submitted = new ArrayList<>();
      withdrawn = new ArrayList<>();
      return messages;
    } finally {
      lock.unlock();
    }
  }

  private void awaitMessages(long nanos) {
    boolean interrupted = false;
    long left = nanos;
    while (left > 0 && submitted.isEmpty() && withdrawn.isEmpty() && !closing) {
      try {
        left = arrived.awaitNanos(left);
      } catch (InterruptedException e) {
        interrupted = true; // only a message ends the engine
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes nothing any more, and tells every open feed why. For the engine thread. */
  void end(BackendException reason) {
    locked(
        () -> {
          end = reason;
          submitted.clear();
          withdrawn.clear();
          feeds.forEach(feed -> feed.end(reason));
        });
  }

  /** The number of open feeds. */
  public int feeds() {
    lock.lock();
    try {
      return feeds.size();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the engine takes work. */
  boolean isOpen() {
    lock.lock();
    try {
      return end == null && !closing;
    } finally {
      lock.unlock();
    }
  }

  private void requireRunning() {
    if (end != null) {
      throw end.copy();
    }
    if (closing) {
      throw BackendException.closed("the engine");
    }
  }

  private void locked(Runnable action) {
    lock.lock();
    try {
      action.run();
    } finally {
      lock.unlock();
    }
  }
}

package io.turnmill.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Takes the answers to the requests of one feed until the feed reads them. Safe for all threads;
 * the feed's window bounds how many answers can be in it.
 */
public final class Mailbox {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private List<Delivery> deliveries = new ArrayList<>();

  /** Why nothing will come any more; null while something may. */
  private BackendException end;

  /**
   * Puts in the outcome of a request. If the feed is closed, it is dropped.
   *
   * @return whether the feed is open
   */
  public boolean deliver(Request request, Outcome outcome) {
    return deliver(new Delivery(request, Optional.of(outcome)));
  }

  boolean deliver(Delivery delivery) {
    lock.lock();
    try {
      boolean wanted = end == null;
      if (wanted) {
        deliveries.add(delivery);
        changed.signalAll();
      }
      return wanted;
    } finally {
      lock.unlock();
    }
  }

  /** Says that nothing will come any more; the first reason counts. */
  public void end(BackendException reason) {
    lock.lock();
    try {
      if (end == null) {
        end = reason;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes at least one answer; waits for it, and throws when nothing will come any more. */
  List<Delivery> await() throws InterruptedException {
    return await(Long.MAX_VALUE);
  }

  /** As {@link #await()}, but returns nothing when nothing has come for this long. */
  List<Delivery> await(long nanos) throws InterruptedException {
    long left = nanos;
    lock.lockInterruptibly();
    try {
      while (deliveries.isEmpty() && end == null && left > 0) {
        left = changed.awaitNanos(left);
      }
      requireMore();
      return drain();
    } finally {
      lock.unlock();
    }
  }

  /** Takes what has come, perhaps nothing. */
  public List<Delivery> poll() {
    lock.lock();
    try {
      return drain();
    } finally {
      lock.unlock();
    }
  }

  /** Throws when nothing is here and nothing will come. */
  void requireMore() {
    lock.lock();
    try {
      if (deliveries.isEmpty() && end != null) {
        throw end.copy();
      }
    } finally {
      lock.unlock();
    }
  }

  private List<Delivery> drain() {
    List<Delivery> drained = deliveries;
    deliveries = new ArrayList<>();
    return drained;
  }
}

package io.turnmill.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where the engine thread leaves the outcomes of one feed. Safe for all threads; the feed's window
 * bounds what can lie in it.
 */
final class Mailbox {

  record Delivery(Request request, Outcome outcome) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private List<Delivery> deliveries = new ArrayList<>();

  /** Why nothing will come any more; null while something may. */
  private EngineException end;

  /** Does nothing when the feed is closed: nobody wants the outcome. */
  void deliver(Request request, Outcome outcome) {
    lock.lock();
    try {
      if (end == null) {
        deliveries.add(new Delivery(request, outcome));
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Nothing will come any more; the first reason counts. */
  void end(EngineException reason) {
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

  /** What has come, at least one; waits for it, and throws when nothing will come any more. */
  List<Delivery> await() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (deliveries.isEmpty() && end == null) {
        changed.await();
      }
      requireMore();
      return drain();
    } finally {
      lock.unlock();
    }
  }

  /** What has come, perhaps nothing. */
  List<Delivery> poll() {
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

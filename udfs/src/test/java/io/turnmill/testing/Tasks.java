package io.turnmill.testing;

import io.turnmill.inference.Backend;
import io.turnmill.inference.Feed;
import io.turnmill.inference.Work;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** What the tasks of a job do with an engine that they share, for tests and benches. */
public final class Tasks {
  private Tasks() {}

  /** One of several tasks. */
  public interface Task<T> {
    T run(int number) throws Exception;
  }

  /** What so many tasks return, each on a thread of its own, in the order of their numbers. */
  public static <T> List<T> together(int count, Task<T> task) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(count);
    try {
      List<Future<T>> running = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        running.add(threads.submit(() -> task.run(number)));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> one : running) {
        results.add(one.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  /** Works through one feed until all have come out. */
  public static <W extends Work> void run(
      Backend engine, int window, Iterator<W> works, Consumer<W> out) throws InterruptedException {
    run(engine, window, works, Integer.MAX_VALUE, out);
  }

  /**
   * Works through one feed, which closes with works inside when enough have come out.
   *
   * @param works are submitted as soon as there is room
   * @param most so many come out
   * @param out takes each
   */
  public static <W extends Work> void run(
      Backend engine, int window, Iterator<W> works, int most, Consumer<W> out)
      throws InterruptedException {
    int taken = 0;
    try (Feed<W> feed = engine.open(window)) {
      while (works.hasNext() || feed.size() > 0) {
        while (feed.hasRoom() && works.hasNext()) {
          feed.submit(works.next());
        }
        if (taken == most) {
          return;
        }
        out.accept(feed.take());
        taken++;
      }
    }
  }
}

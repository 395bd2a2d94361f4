package io.turnmill.job.hadoop;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Asks a store many questions at once: each waits for an answer most of its time. */
public final class Parallel implements AutoCloseable {
  private final ExecutorService threads;

  /** One question to a store. */
  @FunctionalInterface
  public interface Question<T, R> {
    R ask(T one) throws IOException;
  }

  /**
   * @param size questions under way at once; a thread for each is started when it is needed
   */
  public Parallel(int size) {
    threads =
        Executors.newFixedThreadPool(
            size,
            task -> {
              Thread thread = new Thread(task, "turnmill-files");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * The answers, in the order of the questions. None is asked after one has failed.
   *
   * @throws IOException of the first question, in their order, that failed
   */
  public <T, R> List<R> map(List<T> all, Question<T, R> question) throws IOException {
    List<Future<R>> asked = new ArrayList<>(all.size());
    AtomicBoolean hasFailed = new AtomicBoolean();
    for (T one : all) {
      asked.add(threads.submit(() -> hasFailed.get() ? null : ask(question, one, hasFailed)));
    }
    List<R> answers = new ArrayList<>(all.size());
    boolean isDone = false;
    try {
      for (Future<R> answer : asked) {
        answers.add(answer.get());
      }
      isDone = true;
      return answers;
    } catch (ExecutionException e) {
      throw unwrapped(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a store was asked");
    } finally {
      if (!isDone) {
        asked.forEach(answer -> answer.cancel(true));
      }
    }
  }

  private static <T, R> R ask(Question<T, R> question, T one, AtomicBoolean hasFailed)
      throws IOException {
    boolean isDone = false;
    try {
      R answer = question.ask(one);
      isDone = true;
      return answer;
    } finally {
      if (!isDone) {
        hasFailed.set(true);
      }
    }
  }

  private static IOException unwrapped(ExecutionException e) {
    Throwable cause = e.getCause();
    if (cause instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof IOException io ? io : new IOException(cause);
  }

  /** Interrupts what is still under way, and waits for its end. */
  @Override
  public void close() {
    threads.shutdownNow();
    boolean interrupted = Thread.interrupted();
    for (boolean ended = false; !ended; ) {
      try {
        ended = threads.awaitTermination(1, TimeUnit.DAYS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

package io.turnmill.job.hadoop;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Asks a store many questions at once: each takes milliseconds, and a thousand in a row seconds.
 */
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
   * The answers, in the order of the questions.
   *
   * @throws IOException of the first question, in their order, that failed
   */
  public <T, R> List<R> map(List<T> all, Question<T, R> question) throws IOException {
    List<Future<R>> asked = new ArrayList<>(all.size());
    for (T one : all) {
      asked.add(threads.submit(() -> question.ask(one)));
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
      throw new InterruptedIOException("interrupted while files were listed");
    } finally {
      if (!isDone) {
        asked.forEach(answer -> answer.cancel(true));
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

  @Override
  public void close() {
    threads.shutdownNow();
  }
}

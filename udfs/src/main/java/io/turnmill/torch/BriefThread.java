package io.turnmill.torch;

import io.turnmill.engine.Joining;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Runs what uses PyTorch once, away from the thread that runs the passes.
 *
 * <p>GNU OpenMP, on which PyTorch computes, keeps a team of workers for each thread that ever asked
 * for one, until that thread ends. As soon as all teams together have more threads than the machine
 * has cores, workers no longer wait actively for their next piece, but sleep, and waking them up
 * takes longer than a small operation does: a decode step of the shape of Qwen2 0.5B, 2 cores,
 * takes 30 ms instead of 18.
 */
final class BriefThread {
  private BriefThread() {}

  /**
   * What {@code body} returns or throws, when its thread has ended. An interrupt of the caller does
   * not end it, and is kept.
   */
  static <T> T call(String name, Supplier<T> body) {
    FutureTask<T> task = new FutureTask<>(body::get);
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    Joining.uninterrupted(thread);
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException fault) {
        throw fault;
      }
      throw (Error) e.getCause(); // a supplier throws nothing else
    } catch (InterruptedException e) {
      throw new IllegalStateException("A task that has ended was waited for. This is a bug.", e);
    }
  }
}

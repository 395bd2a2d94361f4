package io.turnmill.job.executor;

import io.turnmill.runtime.ModelRuntime;
import java.time.Duration;

/**
 * Loads two models, of which the second one is asked where the first one is unsure. The second
 * engine takes of the memory that the first one leaves.
 *
 * @param below how sure the first model must be, from 0 to 1
 */
public record CascadeLoader(ModelLoader first, ModelLoader second, double below)
    implements ModelLoader {
  private static final long serialVersionUID = 1L;

  @Override
  public String identity() {
    return first.identity() + " below " + below + " " + second.identity();
  }

  @Override
  public ModelRuntime load() {
    ModelRuntime one = first.load();
    boolean done = false;
    try {
      ModelRuntime both = ModelRuntime.cascade(one, second.load(), below);
      done = true;
      return both;
    } finally {
      if (!done) {
        one.close();
      }
    }
  }

  @Override
  public Duration keepAlive() {
    return first.keepAlive();
  }
}
